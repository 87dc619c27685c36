/**
 * The nodes of the studio, which kill their process where `MMGT_TEST_DEATHS` says so: a file with one line per death
 * to come, such as `render/warp task`. Bundled into a registry of their own for worker processes.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import type { AnyDefinition } from '../../nodes/core/define-node'
import { createRegistry } from '../../nodes/core/registry'
import { registry as shipped } from '../../nodes/registry'

/** Where in a node its process can die. */
export type Place = 'prepare' | 'run' | 'task'

/** The places that a node has, in the order in which it comes to them. */
export const placesOf = ({ prepare, tasks }: AnyDefinition): Place[] => [
  ...(prepare ? (['prepare'] as const) : []),
  'run',
  ...(tasks ? (['task'] as const) : []),
]

const file = process.env.MMGT_TEST_DEATHS

async function dieIfDue(death: string): Promise<void> {
  if (!file) return
  const due = readFileSync(file, 'utf8').split('\n')
  const at = due.indexOf(death)
  if (at < 0) return
  writeFileSync(file, due.toSpliced(at, 1).join('\n'))
  process.kill(process.pid, 'SIGKILL')
  await new Promise(() => {})
}

function deadly(definition: AnyDefinition): AnyDefinition {
  const { id, prepare, tasks, run } = definition
  return {
    ...definition,
    prepare: prepare && {
      ...prepare,
      run: async (ctx, args) => {
        await dieIfDue(`${id} prepare`)
        return prepare.run(ctx, args)
      },
    },
    tasks:
      tasks &&
      Object.fromEntries(
        Object.entries(tasks).map(([name, task]): [string, typeof task] => [
          name,
          async (ctx, payload) => {
            await dieIfDue(`${id} task`)
            return task(ctx, payload)
          },
        ]),
      ),
    run: async (ctx, args) => {
      await dieIfDue(`${id} run`)
      return run(ctx, args)
    },
  }
}

export const registry = createRegistry(shipped.all().map(deadly))
