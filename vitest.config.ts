import { defineConfig } from 'vitest/config';

// biome-ignore lint/style/noProcessEnv: .ci/run names the file it wants to count the results from
const report = process.env.NETFLOW_TEST_REPORT;
const timeouts = { testTimeout: 20_000, hookTimeout: 60_000, teardownTimeout: 20_000 };

/**
 * Two projects, because pure tests should not wait for a database: `unit` needs nothing but Node, `system` gets one
 * embedded PostgreSQL for the whole run (or TEST_DATABASE_URL). Two workers: more would only make the tests of
 * processes and timeouts wait for each other on a small machine.
 */
export default defineConfig({
  test: {
    maxWorkers: 2,
    pool: 'forks',
    ...timeouts,
    ...(report ? { reporters: ['default', ['json', { outputFile: report }]] } : {}),
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/architecture.test.ts', 'test/unit/**/*.test.ts'],
          ...timeouts,
        },
      },
      {
        test: {
          name: 'system',
          include: ['test/**/*.test.ts'],
          exclude: ['test/architecture.test.ts', 'test/unit/**', 'test/bench/**'],
          globalSetup: ['test/support/postgres-server.ts'],
          ...timeouts,
        },
      },
    ],
  },
});
