/** What can happen to a service, as its log names it. */
export type ServiceAction =
  | 'created'
  | 'imported'
  | 'activated'
  | 'edited'
  | 'moved'
  | 'suspended'
  | 'resumed'
  | 'throttled'
  | 'unthrottled'
  | 'speed_changed'
  | 'credentials_changed'
  | 'disconnect_requested'
  | 'package_changed'
  | 'package_change_planned'
  | 'cancellation_planned'
  | 'renewed'
  | 'expired'
  | 'cancelled';

/** Facts worth keeping beside an action; never a secret. */
export type LogDetail = Readonly<Record<string, string | number | boolean | null>>;
