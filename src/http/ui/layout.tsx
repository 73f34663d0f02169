import type { Child } from 'hono/jsx';
import type { AssetName, Assets } from './assets.ts';
import { Mark } from './parts/icon.tsx';

/** What every page is put into. `refreshS` reloads it where JavaScript is off. */
export interface ShellProps {
  readonly title: string;
  readonly assets: Assets;
  readonly refreshS?: number;
  /** A module of this page; it must do without. */
  readonly script?: AssetName;
  /** At the end of the top bar. */
  readonly aside?: Child;
  readonly foot?: Child;
  readonly children: Child;
}

/** The frame of a page: a real document, readable without style and script. */
export function Shell({ title, assets, refreshS, script, aside, foot, children }: ShellProps) {
  return (
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="theme-color" content="#ffffff" media="(prefers-color-scheme: light)" />
        <meta name="theme-color" content="#151b23" media="(prefers-color-scheme: dark)" />
        <meta name="robots" content="noindex, nofollow" />
        <title>{title}</title>
        <link rel="icon" href={assets.url('favicon.svg')} type="image/svg+xml" />
        <link rel="stylesheet" href={assets.url('app.css')} />
        {script === undefined ? null : <script type="module" src={assets.url(script)} />}
        {refreshS === undefined ? null : (
          <>
            <script type="module" src={assets.url('status.js')} />
            <noscript>
              <meta http-equiv="refresh" content={String(refreshS)} />
            </noscript>
          </>
        )}
      </head>
      <body>
        <a class="skip" href="#main">
          Skip to the content
        </a>
        <header class="top">
          <div>
            <a class="brand" href="/">
              <Mark />
              NetFlow ISP
            </a>
            {aside}
          </div>
        </header>
        <main id="main" class="page">
          {children}
        </main>
        {foot === undefined ? null : <footer class="foot">{foot}</footer>}
      </body>
    </html>
  );
}
