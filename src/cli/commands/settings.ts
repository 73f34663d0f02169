import { changeSetting, listSettings } from '../../platform/settings/setting.service.ts';
import { isSettingKey, settingValueOf } from '../../platform/settings/setting.ts';
import type { Command } from '../command.ts';
import { table } from '../table.ts';

/** The command `settings list`. */
export const settingsListCommand: Command = {
  name: 'settings list',
  summary: 'show what can be chosen while the server runs',
  examples: ['settings list'],
  async run({ out, open }) {
    const { db } = await open();
    const items = await listSettings(db);
    out.result({ items }, () =>
      table(
        [{ title: 'key' }, { title: 'value' }, { title: 'default' }, { title: 'meaning' }],
        items.map((one) => [one.key, shown(one.value), shown(one.default), one.description]),
      ),
    );
    return undefined;
  },
};

/** The command `settings set`. */
export const settingsSetCommand: Command = {
  name: 'settings set',
  summary: 'choose a setting; every part of the server takes it at once',
  positionals: [
    { name: 'key', help: 'which setting, see settings list' },
    { name: 'value', help: 'text, a number, true, false or null' },
  ],
  examples: ['settings set radius_on_suspended walled', 'settings set isp_timezone Africa/Nairobi'],
  async run({ args, out, open }) {
    const { db, actor } = await open();
    const key = args.required('key');
    const text = args.required('value');
    const value = isSettingKey(key) ? settingValueOf(key, text) : text;
    await changeSetting(db, { key, value, actor });
    out.result({ key, value }, () => `${key} is ${shown(value)}.`);
    return undefined;
  },
};

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
