import { z } from 'zod'
import { procedure, router } from '../trpc'

const asset = z.object({ asset: z.string().max(100) })

/** The files people brought. Bytes travel over `/api/uploads` and `/api/assets`. */
export const assetRouter = router({
  list: procedure.query(async ({ ctx }) => ({ assets: await ctx.services.assets.list() })),
  get: procedure.input(asset).query(({ ctx, input }) => ctx.services.assets.get(input.asset)),
  /** What a finished upload became. */
  byUpload: procedure
    .input(z.object({ upload: z.string().max(300) }))
    .query(({ ctx, input }) => ctx.services.uploads.assetOf(input.upload)),
  remove: procedure.input(asset).mutation(({ ctx, input }) => ctx.services.assets.remove(input.asset)),
})
