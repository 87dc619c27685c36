const svg = (body: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="1024" height="1024" viewBox="0 0 1024 1024">${body}</svg>`

export function plantBackdrop(): string {
  return svg(
    `<defs><linearGradient id="w" x1="0" y1="0" x2=".6" y2="1"><stop offset="0" stop-color="#e9dcc3"/><stop offset="1" stop-color="#b9a888"/></linearGradient></defs><rect width="1024" height="1024" fill="url(#w)"/>`,
  )
}
export function officeBackdrop(): string {
  return svg(
    `<defs><linearGradient id="w" x1="0" y1="0" x2=".6" y2="1"><stop offset="0" stop-color="#c9b49a"/><stop offset="1" stop-color="#8d7a66"/></linearGradient></defs><rect width="1024" height="1024" fill="url(#w)"/>`,
  )
}
export function studioBackdrop(): string {
  return svg(
    `<defs><linearGradient id="w" x1="0" y1="0" x2=".6" y2="1"><stop offset="0" stop-color="#d8c2bb"/><stop offset="1" stop-color="#a58c88"/></linearGradient></defs><rect width="1024" height="1024" fill="url(#w)"/>`,
  )
}
