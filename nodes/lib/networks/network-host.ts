import path from 'node:path'
import { ModelError } from '../../../models/errors'
import type { PublishedNetwork } from '../../../models/networks/published-network'
import type { Graph } from '../../../models/onnx/graph'
import type { AttentionForm } from '../../../models/onnx/graph-builder'
import type { Aliases, WeightTable } from '../../../models/onnx/scope'
import { discoverDevices } from '../../../models/runtime/devices'
import type { Network } from '../../../models/runtime/network'
import { networkWeights } from '../../../models/runtime/network-weights'
import { SessionPool } from '../../../models/runtime/session-pool'
import type { NetworkContext, NetworkMachine } from '../../core/define-node'
import type { Device } from '../../core/devices'
import { ROLES, type Role } from '../../core/pack-roles'
import { type NetworkConfig, networkConfig } from './configs'

export interface OpenOptions<R extends Role> {
  role: R
  build(table: WeightTable, config: NetworkConfig<R>): Graph
  /** Other names under which its tensors are published. */
  aliases?: Aliases
  /** What the checkpoint itself says of the configuration; the pack's word counts more. */
  configOf?(metadata: Readonly<Record<string, unknown>>): Partial<NetworkConfig<R>> | undefined
  /** Of the weights and the arithmetic; as published unless given. */
  dtype?: 'float32' | 'float16'
}

/**
 * The networks of a thread. Sessions stay open from one job to the next, until others need their memory; a network that
 * is asked for again with the same weights and sizes is there at once.
 */
export class NetworkHost {
  private readonly pool: SessionPool

  private constructor(
    readonly device: Device,
    /** Whether the device computes in float16. */
    readonly float16: boolean,
    private readonly machine: NetworkMachine,
  ) {
    this.pool = new SessionPool({
      device,
      budgetBytes: machine.memoryBytes[device],
      cacheFolder: path.join(machine.folder, 'graphs'),
    })
  }

  static async open(machine: NetworkMachine): Promise<NetworkHost> {
    const { device, float16 } = await deviceOf(machine)
    return new NetworkHost(device, float16, machine)
  }

  /** The form of attention that graphs must take on this device. */
  get attention(): AttentionForm {
    return this.device === 'webgpu' ? 'plain' : 'fused' // the fused one is wrong there
  }

  /** Opens the checkpoint of a role and builds its graph; weights are loaded when it first runs. */
  async network<R extends Role>(ctx: NetworkContext, options: OpenOptions<R>): Promise<Network> {
    try {
      return await this.#open(ctx, options)
    } catch (error) {
      throw ofRole(error, options.role, ctx.network(options.role).files[0])
    }
  }

  async #open<R extends Role>(ctx: NetworkContext, options: OpenOptions<R>): Promise<Network> {
    const { role, build, aliases, configOf, dtype } = options
    const { files, prefix, config } = ctx.network(role)
    const weights = await networkWeights(files[0], {
      dtype,
      prefix,
      aliases,
      folder: path.join(this.machine.folder, 'weights'),
      signal: ctx.signal,
      onProgress: (done, total) =>
        ctx.progress(0, `Preparing weights: ${Math.round((100 * done) / total)} %`),
    })
    const full = networkConfig(role, config, configOf?.(weights.metadata))
    return this.pool.network(build(weights.table(), full), weights)
  }

  /** A network that was published as ONNX. */
  onnx(ctx: NetworkContext, role: Role): Promise<PublishedNetwork> {
    return this.pool.published(ctx.network(role).files[0])
  }

  config<R extends Role>(ctx: NetworkContext, role: R): NetworkConfig<R> {
    return networkConfig(role, ctx.network(role).config)
  }

  async close(): Promise<void> {
    await this.pool.close()
  }
}

/** What is wrong with weights, with the part of the pack and the file that they are. */
function ofRole(error: unknown, role: Role, file: string): unknown {
  if (!(error instanceof ModelError) || !error.code.startsWith('weights/')) return error
  const name = path.basename(file)
  const which = error.message.startsWith(name) ? '' : `${name}: `
  return new ModelError(error.code, `${ROLES[role].title}: ${which}${error.message}`, {
    hint: error.hint,
    cause: error,
  })
}

async function deviceOf({ device: wanted }: NetworkMachine): Promise<{ device: Device; float16: boolean }> {
  if (wanted === 'cpu') return { device: wanted, float16: false }
  const reports = await discoverDevices()
  const report = reports.find(({ name, available }) => (wanted === 'auto' ? available : name === wanted))
  const device = report?.name ?? 'cpu'
  return { device, float16: report?.available === true && report.float16 }
}

/** One a thread: jobs that run networks follow one another there. */
let host: { key: string; opening: Promise<NetworkHost> } | undefined

/** The networks of this thread. */
export async function networkHost(ctx: NetworkContext): Promise<NetworkHost> {
  const opened = await hostFor(ctx)
  ctx.ranOn(opened.device)
  return opened
}

function hostFor({ machine }: NetworkContext): Promise<NetworkHost> {
  const key = JSON.stringify(machine)
  if (host?.key === key) return host.opening
  const before = host?.opening
  const opening = (async () => {
    await (await before)?.close()
    return NetworkHost.open(machine)
  })()
  host = { key, opening }
  opening.catch(() => {
    if (host?.opening === opening) host = undefined
  })
  return opening
}
