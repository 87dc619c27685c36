'use client'
import type { DragEvent } from 'react'
import { FormResult } from './form-result'
import { FormReview } from './form-review'
import { FormSettings } from './form-settings'
import { InputList } from './input-list'
import { MakeVideo } from './make-video'

/** A file that misses its place would otherwise be opened by the browser. */
const refuse = (event: DragEvent) => {
  if (event.defaultPrevented || !event.dataTransfer.types.includes('Files')) return
  event.preventDefault()
  event.dataTransfer.dropEffect = 'none'
}

/** The open workflow as a form: its result, what it is made from, the settings that matter, and the button. */
export function FormView() {
  return (
    <main
      aria-label="Form"
      onDragOver={refuse}
      onDrop={refuse}
      className="roomy flex min-h-0 flex-1 flex-col overflow-y-auto bg-canvas text-13 lg:grid lg:grid-cols-[minmax(0,1fr)_clamp(360px,34vw,480px)] lg:grid-rows-[minmax(0,1fr)_auto] lg:overflow-hidden"
    >
      <FormResult />
      <div className="flex-1 bg-panel lg:overflow-y-auto lg:border-line-1 lg:border-l">
        <div className="mx-auto grid max-w-[640px] gap-6 px-4 py-5 lg:px-6">
          <FormReview />
          <InputList />
          <FormSettings />
        </div>
      </div>
      <MakeVideo />
    </main>
  )
}
