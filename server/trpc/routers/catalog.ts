import { catalog } from '../../../nodes/core/catalog'
import { procedure, router } from '../trpc'

/** What can be placed on the canvas. */
export const catalogRouter = router({
  get: procedure.query(({ ctx }) => catalog(ctx.services.registry)),
})
