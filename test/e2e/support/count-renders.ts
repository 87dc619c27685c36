/** Counts what React renders, in pages as users get them: by the hook that its developer tools use. */
declare global {
  interface Window {
    /** How often something of a card, of an edge, or elsewhere (`''`) was rendered: once per commit and place. */
    renders: Record<string, number>
  }
}

/** What is needed of React's tree. */
interface Fiber {
  tag: number
  flags: number
  child: Fiber | null
  sibling: Fiber | null
  alternate: Fiber | null
  memoizedProps: Record<string, unknown> | null
}

export {}

const COMPONENTS = [0, 1, 11, 14, 15] // functions, classes, with a forwarded ref, memoised
const RENDERED = 1 // the flag PerformedWork
window.renders = {}
const visit = (fiber: Fiber, place: string, seen: Set<string>) => {
  for (let child = fiber.child; child; child = child.sibling) {
    const props = child.memoizedProps
    const isItem = props?.nodeTypes !== undefined || props?.edgeTypes !== undefined
    const id = props?.['data-id'] ?? (isItem ? props?.id : undefined)
    const here = typeof id === 'string' ? id : place
    if (COMPONENTS.includes(child.tag) && child.flags & RENDERED) seen.add(here)
    // What React left alone is the same object as before.
    if (child.child !== child.alternate?.child) visit(child, here, seen)
  }
}
Object.assign(window, {
  __REACT_DEVTOOLS_GLOBAL_HOOK__: {
    supportsFiber: true,
    renderers: new Map(),
    checkDCE() {},
    inject: () => 1,
    onCommitFiberUnmount() {},
    onPostCommitFiberRoot() {},
    onCommitFiberRoot(_renderer: number, root: { current: Fiber }) {
      const seen = new Set<string>()
      visit(root.current, '', seen)
      for (const place of seen) window.renders[place] = (window.renders[place] ?? 0) + 1
    },
  },
})
