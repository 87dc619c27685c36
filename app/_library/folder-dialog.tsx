'use client'
import { useState } from 'react'
import { create } from 'zustand'
import { Button } from '../_ui/button'
import { Dialog } from '../_ui/dialog'
import { Field } from '../_ui/field'
import { TextField } from '../_ui/text-field'

interface Question {
  title: string
  /** On the button. */
  verb: string
  /** What stands in the field at first. */
  name: string
  onDone: (name: string) => void
}

const useQuestion = create<{ question?: Question }>(() => ({}))

/** Asks for the name of a folder. */
export const askForFolder = (question: Question): void => useQuestion.setState({ question })

export const LONGEST_FOLDER = 60

export function FolderDialog() {
  const question = useQuestion((state) => state.question)
  return question ? <Asking question={question} /> : null
}

function Asking({ question }: { question: Question }) {
  const [text, setText] = useState(question.name)
  const close = () => useQuestion.setState({ question: undefined })
  const name = text.trim()
  const done = () => {
    if (name === '') return
    close()
    question.onDone(name)
  }
  return (
    <Dialog
      open
      onOpenChange={(open) => !open && close()}
      title={question.title}
      footer={
        <>
          <Button onClick={close}>Cancel</Button>
          <Button kind="primary" disabled={name === ''} onClick={done}>
            {question.verb}
          </Button>
        </>
      }
    >
      <Field label="Name" stacked>
        {(id) => (
          <TextField
            id={id}
            value={text}
            maxLength={LONGEST_FOLDER}
            onChange={setText}
            onKeyDown={(event) => event.key === 'Enter' && done()}
          />
        )}
      </Field>
    </Dialog>
  )
}
