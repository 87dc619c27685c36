import { StudioError } from '../../nodes/core/errors'
import type { DataFolder } from '../storage/data-folder'
import type { AssetService } from './asset-service'
import type { WorkflowService } from './workflow-service'
import { readWorkflowZip, writeWorkflowZip } from './workflow-zip'

/** Workflows as files, in and out. */
export class ExchangeService {
  constructor(
    private readonly data: DataFolder,
    private readonly workflows: WorkflowService,
    private readonly assets: AssetService,
  ) {}

  /** @returns id of the workflow that a file holds @throws StudioError when it holds none, or is damaged */
  async import(asset: string): Promise<string> {
    const { path: file, name } = await this.data.assets.open(asset)
    const { kind } = this.assets.get(asset)
    const zipped = kind === 'archive' ? await readWorkflowZip(this.data, this.assets, file) : null
    const { readWorkflow } = await import('../../nodes/lib/media/workflow-tag')
    const document = zipped ?? (await readWorkflow(file))
    if (document === null) {
      throw new StudioError('document/unreadable', `${name} holds no workflow.`, {
        hint: 'Drop a workflow JSON file, a workflow zip, or a video or picture that was made here.',
      })
    }
    const id = await this.workflows.create({ document })
    // The list of files is for portraits and speech; what only carried a workflow has done its work.
    if (kind === 'archive' || kind === 'workflow') await this.assets.remove(asset)
    return id
  }

  /** @returns where the zip can be fetched for the next minutes */
  async export(workflow: string, which: 'none' | 'examples' | 'all'): Promise<{ url: string }> {
    const { name, document } = await this.workflows.get(workflow)
    const { sha256 } = await writeWorkflowZip(this.data, this.assets, document, which)
    const fileName = `${name.replace(/[^\p{L}\p{N} _-]+/gu, '-').slice(0, 100) || 'workflow'}.zip`
    const query = new URLSearchParams({ mime: 'application/zip', name: fileName, download: '1' })
    return { url: `/api/artifacts/${sha256}?${query}` }
  }
}
