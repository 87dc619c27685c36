import type { IncomingMessage, ServerResponse } from 'node:http'
import { collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { OpenServices } from '../open-services'
import type { StudioSockets } from '../realtime/sockets'

/** Seconds; the slowest bucket is what a person calls broken. */
const BUCKETS = [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10]

/** What an operator watches, in the format of Prometheus: memory, event loop, answers, sockets, runs, the worker. */
export class Metrics {
  private readonly registry = new Registry()
  private readonly answers: Histogram<'kind' | 'status'>

  constructor({ services, worker }: Pick<OpenServices, 'services' | 'worker'>, sockets: StudioSockets) {
    const registers = [this.registry]
    collectDefaultMetrics({ register: this.registry })
    this.answers = new Histogram({
      name: 'mmgt_http_seconds',
      help: 'Time from a request to its answer',
      labelNames: ['kind', 'status'],
      buckets: BUCKETS,
      registers,
    })
    new Gauge({
      name: 'mmgt_sockets',
      help: 'Open sockets',
      registers,
      collect() {
        this.set(sockets.engine.clientsCount)
      },
    })
    new Gauge({
      name: 'mmgt_runs',
      help: 'Runs that are not over, by state',
      labelNames: ['state'],
      registers,
      async collect() {
        const { runs } = await services.runs.list({ limit: 200 })
        this.reset()
        for (const state of ['queued', 'running', 'waiting', 'paused'] as const) {
          this.set({ state }, runs.filter((run) => run.state === state).length)
        }
      },
    })
    new Gauge({
      name: 'mmgt_worker_memory_bytes',
      help: 'Resident memory of the worker process; 0 while there is none',
      registers,
      collect() {
        this.set(worker.health().memoryBytes)
      },
    })
    new Gauge({
      name: 'mmgt_worker_up',
      help: '1 while the worker process gives signs of life',
      registers,
      collect() {
        this.set(worker.health().state === 'alive' ? 1 : 0)
      },
    })
  }

  /** Times the answer to a request. */
  watch(request: IncomingMessage, response: ServerResponse): void {
    const stop = this.answers.startTimer({ kind: kindOf(request.url ?? '/') })
    response.once('close', () => stop({ status: `${Math.floor(response.statusCode / 100)}xx` }))
  }

  async send(response: ServerResponse): Promise<void> {
    response.setHeader('Content-Type', this.registry.contentType)
    response.setHeader('Cache-Control', 'no-store')
    response.end(await this.registry.metrics())
  }
}

/** Few words, whatever is asked: every label value is a series that is kept. */
function kindOf(url: string): string {
  const [, api, name] = /^\/(api)\/(\w+)/.exec(url) ?? []
  if (!api) return url.startsWith('/_next/') ? 'static' : 'page'
  return ['trpc', 'artifacts', 'assets', 'uploads', 'shares'].includes(name) ? name : 'other'
}
