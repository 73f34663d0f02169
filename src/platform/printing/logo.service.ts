import type { Database } from '../../db/database.ts';
import { AppError, invalid, notFound } from '../../kernel/errors.ts';
import { type Actor, actorLabel } from '../identity/actor.ts';
import { recordAudit } from '../identity/audit.store.ts';
import { deleteLogo, findLogo, type Logo, writeLogo } from './logo.store.ts';
import { pictureOf } from './picture.ts';
import type { Printer } from './printer.port.ts';
import type { Sheet } from './sheet.ts';

export const LOGO_OCTETS_MAX = 256 * 1024;
const SIDE_MAX = 2_000;

/** The logo; throws `logo_not_found`. */
export async function readLogo(db: Database): Promise<Logo> {
  const logo = await findLogo(db);
  if (logo === undefined) throw notFound('logo_not_found', 'Documents have no logo.');
  return logo;
}

/**
 * Sets the picture at the head of documents: a PNG or JPEG that was printed once to see that it can be. Throws
 * `validation_failed`.
 */
export async function setLogo(
  deps: { readonly db: Database; readonly printer: Printer },
  actor: Actor,
  image: Buffer,
): Promise<Logo> {
  const picture = pictureOf(image);
  const isFit =
    picture !== undefined &&
    image.length <= LOGO_OCTETS_MAX &&
    Math.min(picture.width, picture.height) > 0 &&
    Math.max(picture.width, picture.height) <= SIDE_MAX;
  if (!isFit) throw unfit();
  await tryToPrint(deps.printer, image);
  const logo = { mediaType: picture.mediaType, image };
  await deps.db.transaction(async (tx) => {
    await writeLogo(tx, { ...logo, changedBy: actorLabel(actor) });
    const after = { media_type: logo.mediaType, octets: image.length };
    await recordAudit(tx, { actor, action: 'logo.changed', entity: 'setting', entityId: 'logo', after });
  });
  return logo;
}

/** Takes the logo off documents; throws `logo_not_found`. */
export async function removeLogo(db: Database, actor: Actor): Promise<void> {
  await db.transaction(async (tx) => {
    if (!(await deleteLogo(tx))) throw notFound('logo_not_found', 'Documents have no logo.');
    await recordAudit(tx, { actor, action: 'logo.removed', entity: 'setting', entityId: 'logo' });
  });
}

async function tryToPrint(printer: Printer, logo: Buffer): Promise<void> {
  try {
    await printer.print({ ...BLANK, issuer: { ...BLANK.issuer, logo } });
  } catch (error) {
    if (error instanceof AppError && error.code === 'printing_failed') throw unfit();
    throw error;
  }
}

const BLANK: Sheet = {
  kind: 'sheet',
  title: 'Test',
  number: '',
  madeAtMs: 0,
  paper: 'a4',
  issuer: { name: '', lines: [], foot: [] },
  party: { label: '', name: '', lines: [] },
  facts: [],
  tables: [],
  sums: [],
  notes: [],
};

function unfit(): AppError {
  return invalid(
    `The logo must be a whole PNG (not interlaced) or JPEG of at most ${LOGO_OCTETS_MAX / 1024} kB and ${SIDE_MAX} pixels a side.`,
  );
}
