import { assetRouter } from './routers/asset'
import { catalogRouter } from './routers/catalog'
import { packRouter } from './routers/pack'
import { runRouter } from './routers/run'
import { shareRouter } from './routers/share'
import { systemRouter } from './routers/system'
import { versionRouter } from './routers/version'
import { workflowRouter } from './routers/workflow'
import { router } from './trpc'

export const appRouter = router({
  asset: assetRouter,
  catalog: catalogRouter,
  pack: packRouter,
  run: runRouter,
  share: shareRouter,
  system: systemRouter,
  version: versionRouter,
  workflow: workflowRouter,
})

export type AppRouter = typeof appRouter
