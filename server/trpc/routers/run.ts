import { z } from 'zod'
import { approveReview } from '../../runs/approve-review'
import { nodeHistory } from '../../runs/node-history'
import { startRun } from '../../runs/start-run'
import { procedure, router } from '../trpc'

const workflow = z.string().min(1).max(100)
const run = z.object({ run: z.string().min(1).max(100) })

/** Start and stop runs, and look at them. What happens inside one travels over its socket room, never through here. */
export const runRouter = router({
  start: procedure
    .input(
      z.object({
        workflow,
        /** Node ids; none means every node whose outputs nobody reads. */
        targets: z.array(z.string().max(64)).max(2_000).optional(),
        /** Computes everything anew. */
        fresh: z.boolean().optional(),
      }),
    )
    .mutation(async ({ ctx, input }) => {
      const summary = await startRun(ctx.services, input)
      return { run: summary.id, summary }
    }),
  cancel: procedure.input(run).mutation(({ ctx, input }) => ctx.services.runs.cancel(input.run)),
  /** Lets a run go on with the value that a review shows; to stop it instead, cancel the run. */
  approve: procedure
    .input(
      run.extend({
        node: z.string().min(1).max(64),
        /** With the workflow as it stands now, instead of the one that was started. */
        asItStands: z.boolean().optional(),
      }),
    )
    .mutation(({ ctx, input }) => approveReview(ctx.services, input)),
  /** Changes live params of a node at work, from its next step on. */
  tune: procedure
    .input(
      run.extend({
        node: z.string().min(1).max(64),
        params: z.record(z.string().max(64), z.union([z.number(), z.boolean(), z.string().max(1_000)])),
      }),
    )
    .mutation(({ ctx, input }) => ctx.services.runs.tune(input.run, input.node, input.params)),
  pause: procedure.input(run).mutation(({ ctx, input }) => ctx.services.runs.pause(input.run)),
  resume: procedure.input(run).mutation(({ ctx, input }) => ctx.services.runs.resume(input.run)),
  retry: procedure.input(run).mutation(async ({ ctx, input }) => {
    const summary = await ctx.services.runs.retry(input.run)
    return { run: summary.id, summary }
  }),
  move: procedure
    .input(run.extend({ position: z.int().min(1).max(1e6) }))
    .mutation(({ ctx, input }) => ctx.services.runs.move(input.run, input.position)),
  remove: procedure.input(run).mutation(({ ctx, input }) => ctx.services.runs.remove(input.run)),
  list: procedure
    .input(
      z.object({
        workflow: workflow.optional(),
        cursor: z.int().optional(),
        limit: z.int().min(1).max(200).optional(),
      }),
    )
    .query(({ ctx, input: { cursor, ...rest } }) => ctx.services.runs.list({ ...rest, before: cursor })),
  /** What a node has given in earlier runs of its workflow. */
  ofNode: procedure
    .input(
      z.object({
        workflow,
        node: z.string().min(1).max(64),
        type: z.string().min(1).max(100),
        cursor: z.int().optional(),
        limit: z.int().min(1).max(50).default(20),
      }),
    )
    .query(({ ctx, input: { cursor, ...rest } }) => nodeHistory(ctx.services, { ...rest, before: cursor })),
  get: procedure.input(run).query(({ ctx, input }) => ({
    snapshot: ctx.services.runs.snapshot(input.run),
    document: ctx.services.runs.document(input.run),
  })),
})
