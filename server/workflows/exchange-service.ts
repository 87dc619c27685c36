import { parseDocument, type WorkflowDocument } from '../../nodes/core/document'
import { StudioError } from '../../nodes/core/errors'
import type { FileWorker } from '../files/file-worker'
import type { DataFolder } from '../storage/data-folder'
import { type AssetService, assetsOf } from './asset-service'
import type { WorkflowService } from './workflow-service'
import { writeWorkflowZip } from './write-workflow-zip'

/** Workflows as files, in and out. */
export class ExchangeService {
  constructor(
    private readonly data: DataFolder,
    private readonly workflows: WorkflowService,
    private readonly assets: AssetService,
    private readonly worker: FileWorker,
  ) {}

  /**
   * @returns id of the workflow that a file holds, and what of it could not be kept
   * @throws StudioError when it holds none, or is damaged
   */
  async import(asset: string): Promise<{ workflow: string; notes: string[] }> {
    const { path: file, name } = await this.data.assets.open(asset)
    const { kind } = this.assets.get(asset)
    const found = await this.worker.do({ type: 'workflow', data: this.data.root, file })
    if (found === null) {
      throw new StudioError('document/unreadable', `${name} holds no workflow.`, {
        hint: 'Drop a workflow JSON file, a workflow zip, or a video or picture that was made here.',
      })
    }
    const document = parseDocument(found.document)
    const workflow = await this.workflows.create({ document })
    for (const record of found.assets) await this.assets.note(record)
    // The list of files is for portraits and speech; what only carried a workflow has done its work.
    if (kind === 'archive' || kind === 'workflow') await this.assets.remove(asset)
    return { workflow, notes: edgesToNothing(document).map((edge) => `${name}: ${edge}`) }
  }

  /** @returns where the zip can be fetched for the next minutes */
  async export(workflow: string, which: 'none' | 'examples' | 'all'): Promise<{ url: string }> {
    const { name, document } = await this.workflows.get(workflow)
    const records = assetsOf(document).flatMap((id) => {
      const record = this.data.assets.find(id)
      const travels = which === 'all' || (which === 'examples' && this.assets.isExample(id))
      return record && travels ? [record] : []
    })
    const { sha256 } = await writeWorkflowZip(this.data, document, records)
    const fileName = `${name.replace(/[^\p{L}\p{N} _-]+/gu, '-').slice(0, 100) || 'workflow'}.zip`
    const query = new URLSearchParams({ mime: 'application/zip', name: fileName, download: '1' })
    return { url: `/api/artifacts/${sha256}?${query}` }
  }
}

/** An open workflow cannot hold an edge whose node is not there. */
function edgesToNothing({ nodes, edges }: WorkflowDocument): string[] {
  const lost = edges.filter(({ from, to }) => !Object.hasOwn(nodes, from[0]) || !Object.hasOwn(nodes, to[0]))
  if (lost.length === 0) return []
  const first = `${lost[0].from.join('.')} → ${lost[0].to.join('.')}`
  const which = lost.length === 1 ? `The edge ${first} leads` : `${lost.length} edges (${first} is one) lead`
  return [`${which} to a node that is not in the file, and ${lost.length === 1 ? 'was' : 'were'} left out.`]
}
