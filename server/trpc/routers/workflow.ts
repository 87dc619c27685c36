import { z } from 'zod'
import { procedure, router } from '../trpc'

const id = z.string().min(1).max(100)
const workflow = z.object({ workflow: id })
const folder = z.string().trim().min(1).max(60).nullable()

/** The library. What is inside an open workflow travels over its socket room, never through here. */
export const workflowRouter = router({
  list: procedure
    .input(z.object({ search: z.string().max(200).optional() }))
    .query(async ({ ctx, input }) => ({ workflows: await ctx.services.workflows.list(input) })),
  get: procedure.input(workflow).query(({ ctx, input }) => ctx.services.workflows.get(input.workflow)),
  templates: procedure.query(({ ctx }) => ({ templates: ctx.services.workflows.templates() })),
  create: procedure
    .input(
      z.object({
        template: z.string().max(100).optional(),
        document: z.unknown().optional(),
        name: z.string().max(200).optional(),
        folder: folder.optional(),
      }),
    )
    .mutation(async ({ ctx, input }) => ({ workflow: await ctx.services.workflows.create(input) })),
  duplicate: procedure.input(workflow).mutation(async ({ ctx, input }) => ({
    workflow: await ctx.services.workflows.duplicate(input.workflow),
  })),
  rename: procedure
    .input(workflow.extend({ name: z.string().max(200) }))
    .mutation(({ ctx, input }) => ctx.services.workflows.rename(input.workflow, input.name)),
  /** Into a folder, or out of all. */
  move: procedure
    .input(z.object({ workflows: z.array(id).min(1).max(2_000), folder }))
    .mutation(({ ctx, input }) => ctx.services.workflows.move(input.workflows, input.folder)),
  remove: procedure
    .input(workflow)
    .mutation(({ ctx, input }) => ctx.services.workflows.remove(input.workflow)),
  restore: procedure
    .input(workflow)
    .mutation(({ ctx, input }) => ctx.services.workflows.restore(input.workflow)),
  /** Deleted ones, with the day on which each is removed for good. */
  bin: procedure.query(async ({ ctx }) => ({ workflows: await ctx.services.bin.list() })),
  removeForGood: procedure
    .input(workflow)
    .mutation(({ ctx, input }) => ctx.services.bin.remove(input.workflow)),
  emptyBin: procedure.mutation(async ({ ctx }) => ({ removed: await ctx.services.bin.empty() })),
  /** A workflow of a file: its JSON, a zip, or a video or picture that was made here. */
  import: procedure
    .input(z.object({ asset: z.string().max(100) }))
    .mutation(({ ctx, input }) => ctx.services.exchange.import(input.asset)),
  export: procedure
    .input(workflow.extend({ assets: z.enum(['none', 'examples', 'all']) }))
    .mutation(({ ctx, input }) => ctx.services.exchange.export(input.workflow, input.assets)),
})
