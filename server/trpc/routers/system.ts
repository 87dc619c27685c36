import { settingsSchema } from '../../workflows/system-service'
import { procedure, router } from '../trpc'

/** What the studio runs on, what it stores, and its settings. */
export const systemRouter = router({
  info: procedure.query(({ ctx }) => ctx.services.system.info()),
  storage: procedure.query(({ ctx }) => ctx.services.system.storage()),
  cleanUp: procedure.mutation(({ ctx }) => ctx.services.system.cleanUp()),
  settings: router({
    get: procedure.query(({ ctx }) => ctx.services.system.settings),
    set: procedure
      .input(settingsSchema.partial())
      .mutation(({ ctx, input }) => ctx.services.system.change(input)),
  }),
})
