/** Where the updates of live documents are kept. What `append` has resolved for survives kill -9. */
export interface DocumentStore {
  /** Every update in order; none when there is no such workflow. */
  load(workflow: string): Promise<Uint8Array[]>
  append(workflow: string, update: Uint8Array): Promise<void>
  /** Puts one update in the place of all that are stored. */
  compact(workflow: string, merged: Uint8Array): Promise<void>
}
