import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { Hono } from 'hono';
import { productFile } from '../../kernel/product-files.ts';
import type { HttpEnv } from '../context.ts';

/** The files the browser may have, and nothing else. */
const FILES = {
  'app.css': {
    type: 'text/css; charset=utf-8',
    sources: [
      'css/base.css',
      'css/parts.css',
      'css/lists.css',
      'css/tables.css',
      'css/charts.css',
      'css/forms.css',
      'css/docs.css',
      'css/operations.css',
    ],
  },
  'copy.js': { type: 'text/javascript; charset=utf-8', sources: ['copy.js'] },
  'docs.js': { type: 'text/javascript; charset=utf-8', sources: ['docs.js'] },
  'status.js': { type: 'text/javascript; charset=utf-8', sources: ['status.js'] },
  'favicon.svg': { type: 'image/svg+xml', sources: ['favicon.svg'] },
} as const;

/** The name of an asset. */
export type AssetName = keyof typeof FILES;

interface Asset {
  readonly type: string;
  readonly plain: Uint8Array<ArrayBuffer>;
  readonly br: Uint8Array<ArrayBuffer>;
  readonly gzip: Uint8Array<ArrayBuffer>;
}

/** All assets in memory, ready to send. */
export interface Assets {
  /** Changes with any change of any file; part of every address, so that browsers may keep files for good. */
  readonly hash: string;
  url(name: AssetName): string;
  get(name: string): Asset | undefined;
}

/** Reads and compresses the assets, once at the start. */
export function loadAssets(directory: string = productFile('http/ui/assets')): Assets {
  const files = new Map<string, Asset>();
  const hasher = createHash('sha256');
  for (const [name, { type, sources }] of Object.entries(FILES)) {
    const plain = Buffer.concat(sources.map((source) => readFileSync(join(directory, source))));
    hasher.update(name).update('\0').update(plain);
    files.set(name, {
      type,
      plain: Uint8Array.from(plain),
      br: Uint8Array.from(brotliCompressSync(plain)),
      gzip: Uint8Array.from(gzipSync(plain)),
    });
  }
  const hash = hasher.digest('hex').slice(0, 12);
  return { hash, url: (name) => `/assets/${hash}/${name}`, get: (name) => files.get(name) };
}

/** `/assets/HASH/NAME`; an old hash is not found, because its file is gone. */
export function assetRoutes(assets: Assets): Hono<HttpEnv> {
  const app = new Hono<HttpEnv>();
  app.get('/assets/:hash/:name', (c) => {
    const asset = c.req.param('hash') === assets.hash ? assets.get(c.req.param('name')) : undefined;
    if (asset === undefined) return c.notFound();
    const accepted = c.req.header('accept-encoding') ?? '';
    const encoding = /\bbr\b/.test(accepted) ? 'br' : /\bgzip\b/.test(accepted) ? 'gzip' : undefined;
    c.header('Content-Type', asset.type);
    c.header('Cache-Control', 'public, max-age=31536000, immutable');
    c.header('Vary', 'Accept-Encoding');
    if (encoding === undefined) return c.body(asset.plain);
    c.header('Content-Encoding', encoding);
    return c.body(asset[encoding]);
  });
  app.get('/favicon.ico', (c) => c.redirect(assets.url('favicon.svg')));
  return app;
}
