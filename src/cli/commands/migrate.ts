import type { Command } from '../command.ts';
import { explainDatabase, migrateDatabase, openDatabase } from '../context.ts';

/** The command `migrate`. */
export const migrateCommand: Command = {
  name: 'migrate',
  summary: 'bring the tables of the database up to date',
  notes: ['The server does this by itself when it starts.'],
  examples: ['migrate'],
  async run({ out, io }) {
    const database = await openDatabase(io);
    try {
      const { applied } = await migrateDatabase(database.url);
      out.result({ applied }, () =>
        applied === 0
          ? 'The database is up to date.'
          : `Applied ${applied} migration${applied === 1 ? '' : 's'}: the database is up to date.`,
      );
      return undefined;
    } catch (error) {
      throw explainDatabase(error, database.url);
    } finally {
      await database.release();
    }
  },
};
