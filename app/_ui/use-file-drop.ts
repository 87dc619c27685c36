'use client'
import { type DragEvent, useEffect, useRef, useState } from 'react'

/**
 * Files dragged over an element and dropped on it. `over` lists the types of what hangs over it (browsers tell no
 * names before the drop), and is null while nothing does.
 */
export function useFileDrop({
  onFiles,
  disabled,
}: {
  /** `at`: where they were dropped, in pixels of the window. */
  onFiles: (files: File[], at: { x: number; y: number }) => void
  disabled?: boolean
}) {
  const [over, setOver] = useState<readonly string[] | null>(null)
  const depth = useRef(0) // enter and leave come for every child too

  // A drag that ends outside the window sends no leave.
  useEffect(() => {
    const reset = () => {
      depth.current = 0
      setOver(null)
    }
    window.addEventListener('dragend', reset)
    window.addEventListener('drop', reset)
    return () => {
      window.removeEventListener('dragend', reset)
      window.removeEventListener('drop', reset)
    }
  }, [])

  const carriesFiles = (event: DragEvent) => !disabled && event.dataTransfer.types.includes('Files')
  return {
    over,
    handlers: {
      onDragEnter(event: DragEvent) {
        if (!carriesFiles(event)) return
        event.preventDefault()
        depth.current++
        setOver(typesOf(event.dataTransfer))
      },
      onDragOver(event: DragEvent) {
        if (!carriesFiles(event)) return
        event.preventDefault()
        event.dataTransfer.dropEffect = 'copy'
      },
      onDragLeave(event: DragEvent) {
        if (!carriesFiles(event)) return
        depth.current = Math.max(0, depth.current - 1)
        if (depth.current === 0) setOver(null)
      },
      onDrop(event: DragEvent) {
        if (!carriesFiles(event)) return
        event.preventDefault()
        depth.current = 0
        setOver(null)
        const files = [...event.dataTransfer.files]
        if (files.length > 0) onFiles(files, { x: event.clientX, y: event.clientY })
      },
    },
  }
}

const typesOf = (transfer: DataTransfer): string[] =>
  [...transfer.items].filter((item) => item.kind === 'file').map((item) => item.type)
