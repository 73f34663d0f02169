/** What came of one attempt: the endpoint answered, or why it did not. */
export type SendOutcome =
  | { readonly kind: 'answered'; readonly status: number; readonly tookMs: number }
  | { readonly kind: 'unreached'; readonly reason: string };

/** Posts to an endpoint of somebody else. Never rejects. */
export interface WebhookSender {
  send(request: {
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    readonly body: string;
    /** Whether addresses of this machine and of private networks may be called. */
    readonly allowsPrivate: boolean;
  }): Promise<SendOutcome>;
}
