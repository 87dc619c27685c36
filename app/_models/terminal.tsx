'use client'
import { Check, Copy } from 'lucide-react'
import { useState } from 'react'
import { IconButton } from '../_ui/icon-button'

/** The commands that do the same, and what only they can do: files are named by path there, never from a page. */
export function Terminal({ pack }: { pack: string }) {
  return (
    <section
      aria-labelledby="terminal"
      className="rounded-3 bg-card p-5 outline outline-line-2 -outline-offset-1"
    >
      <h2 id="terminal" className="font-title text-13">
        From a terminal
      </h2>
      <Line says="Download" command={`mmgt models pull ${pack}`} />
      <Line says="Use files that you have, where they lie" command="mmgt models add FOLDER" />
      <Line says="A fine-tune that shares the other parts" command="mmgt models add FILE --role smga" />
      <p className="mt-3 text-11 text-text-3">
        Every file is checked by size and SHA-256. Checkpoints are read as tensors; no code in them is run.
        HF_TOKEN, HF_ENDPOINT and HTTPS_PROXY are read from the environment of the studio.
      </p>
    </section>
  )
}

function Line({ says, command }: { says: string; command: string }) {
  const [isCopied, setCopied] = useState(false)
  const copy = () => {
    void navigator.clipboard?.writeText(command).then(() => {
      setCopied(true)
      setTimeout(() => setCopied(false), 2000)
    })
  }
  return (
    <div className="mt-3">
      <p className="text-11 text-text-3">{says}</p>
      <div className="mt-1 flex items-center gap-1 rounded-2 bg-field pr-0.5 pl-3 outline outline-line-1 -outline-offset-1">
        <code className="min-w-0 flex-1 overflow-x-auto whitespace-nowrap py-1.5 font-mono text-11">
          {command}
        </code>
        <IconButton
          icon={isCopied ? Check : Copy}
          size="small"
          label={isCopied ? 'Copied' : `Copy ${command}`}
          onClick={copy}
        />
      </div>
    </div>
  )
}
