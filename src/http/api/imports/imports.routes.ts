import { type OpenAPIHono, z } from '@hono/zod-openapi';
import { invalid } from '../../../kernel/errors.ts';
import { FORMATS } from '../../../network/import/formats.ts';
import { readRunRows, readRuns, requireRun } from '../../../network/import/import-run.service.ts';
import { fileSource } from '../../../network/import/import-source.ts';
import { importSources } from '../../../network/import/import-sources.service.ts';
import { undoImport } from '../../../network/import/undo.service.ts';
import { MARK } from '../../../network/routeros/desired-items.ts';
import { line } from '../../../platform/text.ts';
import { columnMapping } from '../../../subscribers/import/column-mapping.ts';
import { actorOf } from '../../access.ts';
import type { HttpContext, HttpEnv } from '../../context.ts';
import { apiRoute, body, json, openApiApp } from '../../openapi.ts';
import { answerList, idOfCursor, listResponse, pageQuery } from '../../paging.ts';
import { flagInput, idParams } from '../../schemas/values.ts';
import {
  importAnswer,
  importAnswerView,
  importRowSchema,
  importRowView,
  importSchema,
  importView,
  undoSchema,
  undoView,
} from './import-schemas.ts';

const tags = ['Imports'];
const path = '/api/isp/imports';
const params = idParams<string>();

const create = apiRoute('network.write', {
  method: 'post',
  path,
  tags,
  summary: 'Import a file: packages, routers, subscribers, past sessions; first as a dry run',
  description:
    'The body is the file as it is, up to 64 MB: CSV (UTF-8 or UTF-16; comma, semicolon or tab), an SQL dump or a RouterOS ' +
    'export. Bad rows are reported and left out, good ones are committed in batches, and services that exist are compared ' +
    'and left as they are. Formats: ' +
    FORMATS.map(({ name, title }) => `\`${name}\`: ${title}`).join('; '),
  request: {
    query: z.strictObject({
      format: line(40).default('csv'),
      dry_run: flagInput.default(true),
      filename: line(200)
        .default('upload')
        .openapi({ description: 'Names the table of a CSV: `radcheck.csv`.' }),
      package: line(63).optional().openapi({ description: 'The package of rows that name none.' }),
      columns: line(2_000).optional().openapi({
        example: 'username=Login,password=Secret',
        description: 'Of a CSV: our column = its heading.',
      }),
    }),
    body: {
      required: true,
      content: { 'application/octet-stream': { schema: z.string().openapi({ format: 'binary' }) } },
    },
  },
  responses: { 200: json(importAnswer, 'What was done, or would be.') },
});

const list = apiRoute('network.read', {
  method: 'get',
  path,
  tags,
  summary: 'Imports and dry runs, newest first',
  request: { query: z.strictObject(pageQuery) },
  responses: { 200: listResponse(importSchema, 'Imports.') },
});

const read = apiRoute('network.read', {
  method: 'get',
  path: `${path}/{id}`,
  tags,
  summary: 'One import',
  request: { params },
  responses: { 200: json(importSchema, 'The import.') },
});

const rows = apiRoute('network.read', {
  method: 'get',
  path: `${path}/{id}/rows`,
  tags,
  summary: 'What became of each row; with Accept: text/csv and action=left the file of row errors',
  request: {
    params,
    query: z.strictObject({ ...pageQuery, action: importRowSchema.shape.action.optional() }),
  },
  responses: { 200: listResponse(importRowSchema, 'Rows in the order they were met.') },
});

const undo = apiRoute('network.write', {
  method: 'post',
  path: `${path}/{id}/undo`,
  tags,
  summary: 'Take away what an import made and nobody has used or changed since; first as a dry run',
  request: { params, ...body(z.strictObject({ dry_run: z.boolean().default(true) })) },
  responses: { 200: json(undoSchema, 'What was taken away, and what is kept with its reason.') },
});

/** Imports of files, and every import as it is remembered. */
export function importsRoutes({ deps, clock }: HttpContext): OpenAPIHono<HttpEnv> {
  return openApiApp()
    .openapi(create, async (c) => {
      const query = c.req.valid('query');
      const octets = new Uint8Array(await c.req.arrayBuffer());
      if (octets.length === 0) throw invalid('The body is empty: send the file as it is.');
      const ended = await importSources(deps, {
        format: query.format,
        sources: [fileSource(query.filename, () => pieces(octets))],
        isDryRun: query.dry_run,
        defaultPlanCode: query.package,
        columns: query.columns === undefined ? undefined : columnMapping(query.columns.split(',')),
        ownMark: MARK,
        actor: actorOf(c),
      });
      return c.json(importAnswerView(ended), 200);
    })
    .openapi(list, (c) =>
      answerList(c, c.req.valid('query'), {
        fetch: ({ after, limit }) => readRuns(deps.db, { beforeId: after && idOfCursor(after), limit }),
        cursorOf: (run) => [run.id],
        item: importView,
      }),
    )
    .openapi(read, async (c) => c.json(importView(await requireRun(deps.db, c.req.valid('param').id)), 200))
    .openapi(rows, async (c) => {
      const query = c.req.valid('query');
      const { id: runId } = c.req.valid('param');
      await requireRun(deps.db, runId);
      return answerList(c, query, {
        fetch: ({ after, limit }) =>
          readRunRows(deps.db, { runId, action: query.action, afterId: after && idOfCursor(after), limit }),
        cursorOf: (row) => [row.id],
        item: importRowView,
      });
    })
    .openapi(undo, async (c) => {
      const { dry_run: isDryRun } = c.req.valid('json');
      const order = { id: c.req.valid('param').id, isDryRun, actor: actorOf(c), nowMs: clock.nowMs() };
      return c.json(undoView(await undoImport(deps.db, order), isDryRun), 200);
    });
}

const pieceOctetsMax = 256 * 1024;

/** Piece by piece, so that what is read of a large file at once stays small. */
async function* pieces(octets: Uint8Array): AsyncIterable<Uint8Array> {
  for (let at = 0; at < octets.length; at += pieceOctetsMax) yield octets.subarray(at, at + pieceOctetsMax);
}
