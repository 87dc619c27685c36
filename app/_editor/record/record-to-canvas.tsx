'use client'
import { useCanvas } from '../canvas/use-canvas-controls'
import { closePalettes, usePalettes } from '../palette/palettes'
import { useAddFiles } from '../panels/use-add-files'
import { RecordDialog } from './record-dialog'

/** Recording that was asked for from the command palette: the take comes to the middle of the canvas as an Audio node. */
export function RecordToCanvas() {
  const open = usePalettes((state) => state.open === 'record')
  const controls = useCanvas((state) => state.controls)
  const addFiles = useAddFiles()
  return (
    <RecordDialog
      open={open}
      onOpenChange={(next) => !next && closePalettes()}
      onUse={async (file) => controls && addFiles([file], controls.centre())}
    />
  )
}
