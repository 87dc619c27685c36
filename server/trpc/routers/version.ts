import { z } from 'zod'
import { procedure, router } from '../trpc'

const workflow = z.string().min(1).max(100)
const version = z.object({ version: z.string().min(1).max(100) })

/** Immutable snapshots of a workflow. */
export const versionRouter = router({
  list: procedure
    .input(z.object({ workflow }))
    .query(async ({ ctx, input }) => ({ versions: await ctx.services.versions.list(input.workflow) })),
  create: procedure
    .input(z.object({ workflow, name: z.string().trim().min(1).max(200) }))
    .mutation(({ ctx, input }) => ctx.services.versions.snapshot(input.workflow, 'named', input.name)),
  get: procedure.input(version).query(({ ctx, input }) => ctx.services.versions.get(input.version)),
  /** One edit of the open document, which everybody's undo knows. */
  restore: procedure
    .input(version)
    .mutation(({ ctx, input }) => ctx.services.versions.restore(input.version)),
})
