'use client'
import { useMutation } from '@tanstack/react-query'
import { Download } from 'lucide-react'
import { useState } from 'react'
import { sayFailure } from '../../_lib/action-error'
import { useTRPC } from '../../_lib/trpc'
import { Button } from '../../_ui/button'
import { Segment } from '../../_ui/segment'

/** The workflow with its files as one zip, for another studio or for keeping. */
export function ExportFile({ workflowId }: { workflowId: string }) {
  const trpc = useTRPC()
  const [assets, setAssets] = useState<'none' | 'examples' | 'all'>('all')
  const write = useMutation(
    trpc.workflow.export.mutationOptions({
      onSuccess: ({ url }) => location.assign(url),
      onError: sayFailure,
    }),
  )
  return (
    <section className="flex flex-wrap items-center gap-2 border-t border-line-1 pt-4">
      <div className="min-w-0 flex-1">
        <h3 className="font-title text-12">Export as one file</h3>
        <p className="text-11 text-text-3">A zip that any studio imports by dropping it on the library.</p>
      </div>
      <Segment
        label="Files in the zip"
        value={assets}
        onChange={setAssets}
        options={[
          { value: 'all', label: 'All files' },
          { value: 'examples', label: 'Only examples' },
          { value: 'none', label: 'No files' },
        ]}
      />
      <Button
        icon={Download}
        busy={write.isPending}
        onClick={() => write.mutate({ workflow: workflowId, assets })}
      >
        Export
      </Button>
    </section>
  )
}
