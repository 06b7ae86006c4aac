import '@fontsource-variable/inter/wght.css';
import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import './global.css';
import { createRoot } from 'react-dom/client';
import { App } from './app';
import { startPhrases } from './phrases';

await startPhrases();
const root = document.querySelector('#root');
if (root) createRoot(root).render(<App />);
