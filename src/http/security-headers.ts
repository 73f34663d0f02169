import type { MiddlewareHandler } from 'hono';
import type { HttpEnv } from './context.ts';

/** Everything from our own origin, nothing inline. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
  "manifest-src 'self'",
].join('; ');

const HEADERS = {
  'Content-Security-Policy': CONTENT_SECURITY_POLICY,
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
} as const;

/** Browsers take these only from an origin they trust; over plain HTTP they complain about them. */
const TRUSTED_ORIGIN_HEADERS = { 'Cross-Origin-Opener-Policy': 'same-origin' } as const;
const TLS_HEADERS = { 'Strict-Transport-Security': 'max-age=31536000' } as const;

/** Puts the security headers on every answer; what says nothing about caching is not to be kept. */
export const securityHeaders: MiddlewareHandler<HttpEnv> = async (c, next) => {
  await next();
  const isTls = c.get('isTls');
  const isTrusted =
    isTls || /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/.test(c.req.header('host') ?? '');
  const all = { ...HEADERS, ...(isTrusted ? TRUSTED_ORIGIN_HEADERS : {}), ...(isTls ? TLS_HEADERS : {}) };
  for (const [name, value] of Object.entries(all)) c.res.headers.set(name, value);
  if (!c.res.headers.has('Cache-Control')) c.res.headers.set('Cache-Control', 'no-store');
};
