import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    // Limits that only a hang reaches, also on a machine that others use: they end a test, they measure nothing.
    testTimeout: 300_000,
    hookTimeout: 400_000, // the first browser test builds the pages
    expect: { poll: { timeout: 60_000, interval: 50 } },
    pool: 'forks',
    // Engine and command-line tests start processes of their own; more than this and they starve each other.
    maxWorkers: 2,
  },
})
