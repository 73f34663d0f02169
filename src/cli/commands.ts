import type { Command } from './command.ts';
import { authLogCommand } from './commands/auth-log.ts';
import { explainCommand } from './commands/explain.ts';
import { importListCommand } from './commands/import-list.ts';
import { importRouterCommand } from './commands/import-router.ts';
import { importRowsCommand } from './commands/import-rows.ts';
import { importSubscribersCommand } from './commands/import-subscribers.ts';
import { importUndoCommand } from './commands/import-undo.ts';
import { jobListCommand } from './commands/job-list.ts';
import { jobRunCommand } from './commands/job-run.ts';
import { migrateCommand } from './commands/migrate.ts';
import { nasAddCommand } from './commands/nas-add.ts';
import { nasListCommand } from './commands/nas-list.ts';
import { nasRemoveCommand } from './commands/nas-remove.ts';
import { nasRotateSecretCommand } from './commands/nas-rotate-secret.ts';
import { nasScriptCommand } from './commands/nas-script.ts';
import { nasShadowCommand } from './commands/nas-shadow.ts';
import { packageAddCommand } from './commands/package-add.ts';
import { packageListCommand } from './commands/package-list.ts';
import { serviceAddCommand } from './commands/service-add.ts';
import { serviceDisconnectCommand } from './commands/service-disconnect.ts';
import { serviceListCommand } from './commands/service-list.ts';
import { serviceResumeCommand } from './commands/service-resume.ts';
import { serviceSetPasswordCommand } from './commands/service-set-password.ts';
import { serviceSetSpeedCommand } from './commands/service-set-speed.ts';
import { serviceSuspendCommand } from './commands/service-suspend.ts';
import { sessionListCommand } from './commands/session-list.ts';
import { settingsListCommand, settingsSetCommand } from './commands/settings.ts';
import { simulateCommand } from './commands/simulate.ts';
import { tunnelServerConfigCommand } from './commands/tunnel-server-config.ts';
import { usageCommand } from './commands/usage.ts';
import { userCreateAdminCommand } from './commands/user-create-admin.ts';

/** Every command, in the order of the overview. */
export const COMMANDS: readonly Command[] = [
  migrateCommand,
  nasAddCommand,
  nasListCommand,
  nasRemoveCommand,
  nasRotateSecretCommand,
  nasScriptCommand,
  tunnelServerConfigCommand,
  nasShadowCommand,
  packageAddCommand,
  packageListCommand,
  serviceAddCommand,
  serviceListCommand,
  serviceSuspendCommand,
  serviceResumeCommand,
  serviceSetSpeedCommand,
  serviceSetPasswordCommand,
  serviceDisconnectCommand,
  importSubscribersCommand,
  importRouterCommand,
  importListCommand,
  importRowsCommand,
  importUndoCommand,
  sessionListCommand,
  usageCommand,
  explainCommand,
  authLogCommand,
  settingsListCommand,
  settingsSetCommand,
  jobListCommand,
  jobRunCommand,
  userCreateAdminCommand,
  simulateCommand,
];
