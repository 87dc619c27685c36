import { catalogRouter } from './routers/catalog'
import { runRouter } from './routers/run'
import { router } from './trpc'

export const appRouter = router({
  catalog: catalogRouter,
  run: runRouter,
})

export type AppRouter = typeof appRouter
