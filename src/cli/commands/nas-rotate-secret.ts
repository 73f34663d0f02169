import { finishSecretRotation, rotateNasSecret } from '../../network/nas/nas-secret.service.ts';
import { UsageError } from '../arguments.ts';
import type { Command } from '../command.ts';

/** The command `nas rotate-secret`. */
export const nasRotateSecretCommand: Command = {
  name: 'nas rotate-secret',
  summary: 'exchange the shared secret of a router without a gap',
  positionals: [{ name: 'name', help: 'the name of the NAS' }],
  options: {
    secret: { value: 'S', help: 'the new secret; one is made and printed when absent' },
    finish: { help: 'the router uses the new secret: forget the old one' },
  },
  notes: ['Both secrets are valid until --finish: rotate, change the router, finish.'],
  examples: ['nas rotate-secret edge-1', 'nas rotate-secret edge-1 --finish'],
  async run({ args, out, open }) {
    const name = args.required('name');
    if (args.flag('finish')) {
      if (args.text('secret') !== undefined) throw new UsageError('--finish takes no --secret.');
      const { db, box, actor } = await open();
      await finishSecretRotation({ db, box }, { name, actor });
      out.result({ name, isRotating: false }, () => `The old secret of ${name} is no longer valid.`);
      return undefined;
    }
    const { db, box, actor } = await open();
    const rotated = await rotateNasSecret({ db, box }, { name, actor, secret: args.text('secret') });
    const { secret, isGenerated, warning } = rotated;
    // A secret the operator chose is not repeated on the screen.
    out.result({ name, isRotating: true, secret: isGenerated ? secret : undefined, warning }, () =>
      [
        ...(isGenerated
          ? [`The new secret of ${name}, shown only now: ${secret}`]
          : [`${name} has a new secret.`]),
        `Both secrets are valid. Set the new one on the router, then: nas rotate-secret ${name} --finish`,
      ].join('\n'),
    );
    if (warning !== undefined && !out.isJson) out.note(`Warning: ${warning}`);
    return undefined;
  },
};
