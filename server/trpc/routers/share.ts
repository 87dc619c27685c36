import { z } from 'zod'
import { procedure, router } from '../trpc'

const workflow = z.string().min(1).max(100)
const token = z.object({ token: z.string().min(1).max(100) })

/** Read-only links. `view` and `fork` are for whoever has one. */
export const shareRouter = router({
  create: procedure
    .input(
      z.object({
        workflow,
        run: z.string().max(100).optional(),
        /** The workflow's files that a fork brings; shipped examples always travel. */
        assets: z.array(z.string().max(100)).max(2_000).default([]),
      }),
    )
    .mutation(({ ctx, input }) => ctx.services.shares.create(input)),
  list: procedure
    .input(z.object({ workflow }))
    .query(async ({ ctx, input }) => ({ shares: await ctx.services.shares.list(input.workflow) })),
  revoke: procedure.input(token).mutation(({ ctx, input }) => ctx.services.shares.revoke(input.token)),
  view: procedure.input(token).query(({ ctx, input }) => ctx.services.shares.view(input.token)),
  fork: procedure
    .input(token)
    .mutation(async ({ ctx, input }) => ({ workflow: await ctx.services.shares.fork(input.token) })),
})
