import { z } from 'zod'
import { ROLE_NAMES } from '../../../nodes/core/pack-roles'
import { packName } from '../../packs/pack'
import { procedure, router } from '../trpc'

const onePack = z.object({ pack: packName })

/** Model packs of this machine. Progress of a download travels over the socket, never through here. */
export const packRouter = router({
  list: procedure.query(({ ctx }) => ctx.services.packs.list()),
  /** Starts, or goes on with, the download of what is missing; answers when it has begun. */
  pull: procedure
    .input(onePack.extend({ roles: z.array(z.enum(ROLE_NAMES)).min(1).optional() }))
    .mutation(({ ctx, input }) => ctx.services.packs.pull(input.pack, input.roles)),
  pause: procedure.input(onePack).mutation(({ ctx, input }) => ctx.services.packs.pause(input.pack)),
  /** Stops, and throws away what is not whole. */
  discard: procedure.input(onePack).mutation(({ ctx, input }) => ctx.services.packs.discard(input.pack)),
  verify: procedure.input(onePack).mutation(({ ctx, input }) => ctx.services.packs.verify(input.pack)),
  remove: procedure.input(onePack).mutation(({ ctx, input }) => ctx.services.packs.remove(input.pack)),
})
