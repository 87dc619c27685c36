import type { RunState } from '../../server/realtime/protocol'

/** A workflow as the library shows it. */
export interface LibraryWorkflow {
  id: string
  name: string
  editedAt: number
  /** Addresses of up to three moments of its latest result, or of what it is made from. */
  pictures: readonly string[]
  /** Length of its latest result. */
  seconds?: number
  /** Has a link that works. */
  shared: boolean
  run?: { state: RunState; fraction: number }
  folder: string | null
}

export interface LibraryTemplate {
  id: string
  name: string
  summary: string
  picture?: string
  nodeCount: number
  /** Packs of weights without which it does not run. */
  needs: readonly string[]
}

export interface LibraryResult {
  id: string
  name: string
  line: string
  workflow: string
  picture?: string
  seconds?: number
  /** “Warp”. */
  madeBy?: string
}

export interface WorkflowActions {
  open(id: string): void
  rename(id: string, name: string): void
  duplicate(id: string): void
  remove(id: string, name: string): void
  exportZip(id: string): void
  /** Into a folder, or out of all with null; what is said has an Undo. */
  move(workflows: readonly LibraryWorkflow[], folder: string | null): void
}
