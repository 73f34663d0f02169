import { removeNas } from '../../network/nas/nas.service.ts';
import type { Command } from '../command.ts';

/** The command `nas remove`. */
export const nasRemoveCommand: Command = {
  name: 'nas remove',
  summary: 'no longer answer a router',
  positionals: [{ name: 'name', help: 'the name of the NAS' }],
  notes: ['Its sessions are kept; without it they are no longer reported or ended.'],
  examples: ['nas remove edge-1'],
  async run({ args, out, open }) {
    const { db, box, actor } = await open();
    const name = args.required('name');
    const { openSessions } = await removeNas({ db, box }, { name, actor });
    out.result({ name, openSessions }, () =>
      openSessions === 0
        ? `Removed the NAS ${name}.`
        : `Removed the NAS ${name}. It had ${openSessions} open session${openSessions === 1 ? '' : 's'}, of which nothing more will be heard.`,
    );
    return undefined;
  },
};
