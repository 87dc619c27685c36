import { randomBytes } from 'node:crypto'
import { rm } from 'node:fs/promises'
import path from 'node:path'
import type { WorkflowDocument } from '../../nodes/core/document'
import { WORKFLOW_ENTRY } from '../../nodes/lib/media/workflow-tag'
import { ZipWriter } from '../../nodes/lib/media/zip-writer'
import { assetEntry, MANIFEST_ENTRY, type Manifest } from '../files/workflow-zip'
import type { AssetRecord } from '../storage/assets'
import type { BlobRef } from '../storage/blobs'
import type { DataFolder } from '../storage/data-folder'
import { writeError } from '../storage/files'

/** Writes a workflow and the files that travel with it as one zip. @returns the artifact it became */
export async function writeWorkflowZip(
  data: DataFolder,
  document: WorkflowDocument,
  assets: readonly AssetRecord[],
): Promise<BlobRef> {
  const manifest: Manifest = {
    format: 'mmgt-workflow/1',
    assets: assets.map(({ sha256, name, size }) => ({ sha256, name, size })),
  }
  const file = path.join(data.temp, `${process.pid}-${randomBytes(6).toString('hex')}.zip`)
  const zip = await ZipWriter.create(file)
  try {
    const json = (value: unknown) => new TextEncoder().encode(JSON.stringify(value, null, 2))
    await zip.add(MANIFEST_ENTRY, json(manifest))
    await zip.add(WORKFLOW_ENTRY, json(document))
    for (const asset of assets) {
      await zip.addFile(assetEntry(asset.sha256), await data.blobs.verifiedPath(asset))
    }
    await zip.finish()
    return await data.blobs.adopt(file, { move: true })
  } catch (error) {
    await zip.cancel()
    throw writeError(error, file)
  } finally {
    await rm(file, { force: true })
  }
}
