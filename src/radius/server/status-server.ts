import { CODE } from '../protocol/code.ts';
import type { ReplyWriter } from '../protocol/reply-writer.ts';
import type { RadiusCounters } from './counters.ts';
import type { RequestHandler } from './exchange.ts';

/**
 * Status-Server (RFC 5997): Access-Accept on the authentication port, Accounting-Response on the accounting port.
 * Silent while the port could not do its work, so that a NAS fails over: accounting needs the database.
 */
export function statusServer(options: {
  readonly writer: ReplyWriter;
  readonly counters: RadiusCounters;
  readonly port: 'auth' | 'acct';
  readonly isAble: () => boolean;
}): RequestHandler {
  const code = options.port === 'auth' ? CODE.accessAccept : CODE.accountingResponse;
  return (exchange, view) => {
    options.counters.statusRequests += 1;
    if (!options.isAble()) return options.port === 'auth' ? 'not_ready' : 'database_down';
    exchange.send(options.writer.begin(code).proxyStates(view), view);
    return null;
  };
}
