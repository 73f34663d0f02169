import type { Settings } from '../../platform/settings/setting.ts';
import { type InstallationPolicy, installationPolicy } from './installation.ts';

/** The policy an operator has chosen by settings. */
export function policyOf(settings: Settings): InstallationPolicy {
  return installationPolicy({
    onSuspended: settings.radius_on_suspended,
    onExpired: settings.radius_on_expired,
    onDataCap: settings.radius_on_data_cap,
    walledAddressList: settings.radius_walled_address_list,
    ...(settings.radius_walled_pool === null ? {} : { walledPool: settings.radius_walled_pool }),
    walledSessionTimeoutS: settings.radius_walled_session_timeout_s,
    interimIntervalS: settings.radius_interim_interval_s,
    replacePortSession: settings.radius_replace_port_session,
  });
}
