'use client'
import { Plus, Search, Upload } from 'lucide-react'
import { type Ref, useRef } from 'react'
import { Button } from '../_ui/button'
import { Kbd } from '../_ui/kbd'
import { TextField } from '../_ui/text-field'
import { IMPORTED_FILES } from './use-import'

export function LibraryHeader({
  search,
  onSearch,
  onNew,
  creating,
  onFiles,
  searchRef,
}: {
  search: string
  onSearch: (text: string) => void
  onNew: () => void
  creating: boolean
  onFiles: (files: File[]) => void
  searchRef: Ref<HTMLInputElement>
}) {
  const chooser = useRef<HTMLInputElement>(null)
  return (
    <header className="flex h-[52px] flex-none items-center gap-2 px-8 max-lg:px-5 max-sm:px-4">
      <TextField
        ref={searchRef}
        label="Search the library"
        placeholder="Search workflows, templates, results"
        type="search"
        icon={Search}
        size="large"
        value={search}
        onChange={onSearch}
        onKeyDown={(event) => {
          if (event.key === 'Escape' && search) {
            event.preventDefault()
            onSearch('')
          }
        }}
        end={search === '' && <Kbd keys="/" className="max-sm:hidden" />}
        className="w-[380px] min-w-0 max-lg:flex-1 max-sm:[&>div]:h-11"
      />
      <span className="ml-auto flex flex-none gap-2">
        <input
          ref={chooser}
          type="file"
          multiple
          hidden
          aria-label="Files to import"
          accept={IMPORTED_FILES}
          onChange={(event) => {
            onFiles([...(event.target.files ?? [])])
            event.target.value = '' // the same file again is a choice too
          }}
        />
        <Button
          icon={Upload}
          className="h-8! px-3.5! text-13! max-sm:hidden"
          onClick={() => chooser.current?.click()}
        >
          Import
        </Button>
        <Button
          kind="primary"
          icon={Plus}
          busy={creating}
          className="h-8! px-3.5! text-13! max-sm:h-11!"
          onClick={onNew}
        >
          <span className="max-sm:sr-only">New workflow</span>
        </Button>
      </span>
    </header>
  )
}
