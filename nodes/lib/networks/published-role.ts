import { ModelError } from '../../../models/errors'
import type { PublishedNetwork } from '../../../models/networks/published-network'
import type { NetworkContext } from '../../core/define-node'
import { StudioError } from '../../core/errors'
import { ROLES, type Role } from '../../core/pack-roles'
import type { NetworkHost } from './network-host'

/**
 * A network that was published as ONNX, which complains in our words when it is another one than its role's.
 * @throws StudioError `pack/weights`, from its runs
 */
export async function publishedRole(
  host: NetworkHost,
  ctx: NetworkContext,
  role: Role,
): Promise<PublishedNetwork> {
  const network = await host.onnx(ctx, role)
  return {
    inputNames: network.inputNames,
    outputNames: network.outputNames,
    run: (inputs) =>
      network.run(inputs).catch((cause: unknown) => {
        if (!(cause instanceof ModelError) || cause.code !== 'runtime/run') throw cause
        const sizes = Object.values(inputs).map(({ dims }) => dims.join(' × '))
        throw new StudioError('pack/weights', `${ROLES[role].title} fails on ${sizes.join(', ')} numbers.`, {
          hint: 'Its file is another network’s: mmgt models verify looks at the files.',
          cause,
        })
      }),
  }
}
