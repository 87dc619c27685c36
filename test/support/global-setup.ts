/** The command line is tested as users run it: from the bundle, built when a source file is newer. */
export async function setup(): Promise<void> {
  const { ensureBuilt } = await import('../../server/setup/project.mjs' as string)
  await ensureBuilt()
}
