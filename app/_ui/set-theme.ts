/** Where the theme that was chosen on this device is kept. */
export const THEME_KEY = 'theme'

/** Runs in the head of the page before the first paint, or the light theme would flash dark. Dark is the default. */
export const SET_THEME = `try{var t=localStorage.getItem('${THEME_KEY}');if(t==='light'||(t==='system'&&matchMedia('(prefers-color-scheme: light)').matches))document.documentElement.dataset.theme='light'}catch(e){}`
