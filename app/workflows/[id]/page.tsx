import type { Metadata } from 'next'
import { EditorEntry } from '../../_editor/editor-entry'

export const metadata: Metadata = { title: 'Workflow' }

export default async function WorkflowPage({ params }: { params: Promise<{ id: string }> }) {
  const { id } = await params
  return <EditorEntry workflowId={decodeURIComponent(id)} />
}
