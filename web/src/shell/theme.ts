/** Light, dark, or as the system has it; and more contrast. Kept in this browser. */
export type Theme = 'system' | 'light' | 'dark';

interface Look {
  readonly theme: Theme;
  readonly isHighContrast: boolean;
}

const key = 'evenkeel look';
const classes = { dark: 'pf-v6-theme-dark', contrast: 'pf-v6-theme-high-contrast' };
const system = window.matchMedia('(prefers-color-scheme: dark)');
const more = window.matchMedia('(prefers-contrast: more)');

export function readLook(): Look {
  const [theme = 'system', contrast] = (window.localStorage.getItem(key) ?? '').split(' ');
  return {
    theme: theme === 'dark' || theme === 'light' ? theme : 'system',
    isHighContrast: contrast === undefined ? more.matches : contrast === 'high',
  };
}

export function applyLook(look: Look = readLook()): void {
  const isDark = look.theme === 'dark' || (look.theme === 'system' && system.matches);
  document.documentElement.classList.toggle(classes.dark, isDark);
  document.documentElement.classList.toggle(classes.contrast, look.isHighContrast);
}

export function writeLook(look: Look): void {
  window.localStorage.setItem(key, `${look.theme} ${look.isHighContrast ? 'high' : 'normal'}`);
  applyLook(look);
}

system.addEventListener('change', () => applyLook());
more.addEventListener('change', () => applyLook());
