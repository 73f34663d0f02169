import type { Context } from 'hono';
import type { JSX } from 'hono/jsx/jsx-runtime';
import type { HttpEnv } from '../context.ts';

/** Answers with a whole page; its components must not be asynchronous. */
export function sendPage(c: Context<HttpEnv>, page: JSX.Element): Response | Promise<Response> {
  return c.html(`<!doctype html>${String(page)}`);
}
