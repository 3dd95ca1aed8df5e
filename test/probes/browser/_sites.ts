import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** Chat sites on loopback, each built another way, that stream what `reply` says. */
export interface Sites {
  readonly url: string;
  /** What was asked, in order, by whom. */
  readonly asked: { readonly model: string; readonly prompt: string; readonly agent: string }[];
  /** Prompts that are under way now, and the most that ever were. */
  readonly busy: { now: number; most: number };
  /** Pages that were opened. */
  readonly opened: string[];
  close(): Promise<void>;
}

export interface SiteOptions {
  readonly reply?: (prompt: string, model: string) => string;
  /** Breaks the stream off in the middle. */
  readonly cut?: boolean;
  readonly status?: number;
}

/** An answer with everything that Markdown has. */
export const richAnswer: string = [
  '# Title',
  '',
  'Some **bold** and *slanted* words 😀.',
  '',
  '- one',
  '- two',
  '',
  '```js',
  'let a = 1;',
  '',
  'a < b',
  '```',
  '',
  'The end.',
].join('\n');

export async function startSites(options: SiteOptions = {}): Promise<Sites> {
  const asked: Sites['asked'] = [];
  const opened: string[] = [];
  const busy = { now: 0, most: 0 };
  const sockets: Socket[] = [];
  const reply =
    options.reply ?? ((prompt: string, model: string) => `${model} on ${prompt}:\n\n${richAnswer}`);
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    if (url.pathname === '/chat') return void answer(request, url, response);
    const page = pages[url.pathname.slice(1)];
    if (page === undefined) return void response.writeHead(404).end();
    opened.push(request.url ?? '');
    response.writeHead(url.pathname === '/blocked' ? 403 : 200, {
      'content-type': 'text/html; charset=utf-8',
    });
    response.end(`<!doctype html><meta charset="utf-8"><title>${url.pathname}</title>${page}`);
  });
  async function answer(request: IncomingMessage, url: URL, response: ServerResponse): Promise<void> {
    const prompt = url.searchParams.get('prompt') ?? '';
    const model = url.searchParams.get('model') ?? '';
    asked.push({ prompt, model, agent: request.headers['user-agent'] ?? '' });
    if (options.status !== undefined) return void response.writeHead(options.status).end();
    busy.now += 1;
    busy.most = Math.max(busy.most, busy.now);
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    const text = reply(prompt, model);
    const size = Math.ceil(text.length / 8);
    for (let i = 0; i < text.length; i += size) {
      response.write(`data: ${JSON.stringify({ delta: { text: text.slice(i, i + size) } })}\n\n`);
      await new Promise((resolve) => setTimeout(resolve, 12));
      if (options.cut && i > text.length / 2) return void response.destroy();
    }
    busy.now -= 1;
    response.end('data: [DONE]\n\n');
  }
  server.on('upgrade', (request, socket: Socket) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const key = `${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`;
    const accept = createHash('sha1').update(key).digest('base64');
    socket.on('error', () => {});
    sockets.push(socket);
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
    );
    const text = reply(url.searchParams.get('prompt') ?? '', 'socket');
    for (const message of [
      ...(text.match(/[\s\S]{1,60}/g) ?? []).map((piece) => JSON.stringify({ piece })),
      'END',
    ]) {
      const bytes = Buffer.from(message);
      const length = bytes.length < 126 ? [bytes.length] : [126, bytes.length >> 8, bytes.length & 255];
      socket.write(Buffer.concat([Buffer.from([0x81, ...length]), bytes]));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    opened,
    busy,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
}

/** Reads the stream with fetch and hands on the text so far. */
const streaming = `
  async function chat(model, prompt, show, done) {
    const response = await fetch('/chat?' + new URLSearchParams({ model, prompt }));
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    let held = '', text = '';
    for (;;) {
      const { value, done: over } = await reader.read().catch(() => ({ done: true }));
      if (over) break;
      held += value;
      const events = held.split('\\n\\n');
      held = events.pop();
      for (const event of events) {
        if (event.includes('[DONE]')) continue;
        text += JSON.parse(event.slice(6)).delta.text;
        show(text);
      }
    }
    done(text);
  }
  // As much Markdown as the tests' answers hold.
  function render(text) {
    const inline = (t) => t.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
      .replace(/\\*\\*(.+?)\\*\\*/g, '<b>$1</b>').replace(/\\*(.+?)\\*/g, '<i>$1</i>');
    return text.split('\`\`\`').map((part, i) => i % 2
      ? '<div class="code"><span class="bar">js <button>Copy</button></span><pre><code>' +
        part.replace(/^js\\n/, '').replaceAll('&', '&amp;').replaceAll('<', '&lt;') + '</code></pre></div>'
      : part.split(/\\n\\n+/).filter((b) => b.trim()).map((b) => b.trim().startsWith('# ')
        ? '<h1>' + inline(b.trim().slice(2)) + '</h1>'
        : b.trim().startsWith('- ')
          ? '<ul>' + b.trim().split('\\n').map((l) => '<li>' + inline(l.slice(2)) + '</li>').join('') + '</ul>'
          : '<p>' + inline(b.trim()).replaceAll('\\n', '<br>') + '</p>').join('')).join('');
  }`;

const form = `
  <select id="model"><option>small</option><option>large</option></select>
  <main id="log"></main>
  <form><textarea aria-label="Message"></textarea><button type="submit">Send</button></form>`;

const pages: Record<string, string> = {
  // Adds to one element, text as it came; a stop button is there while it streams.
  plain: `${form}<script>${streaming}
    document.forms[0].onsubmit = (event) => {
      event.preventDefault();
      const box = document.querySelector('textarea');
      const mine = document.createElement('p');
      mine.textContent = box.value;
      const answer = document.createElement('pre');
      answer.className = 'assistant';
      const stop = document.createElement('button');
      stop.textContent = 'Stop';
      log.append(mine, answer);
      document.body.append(stop);
      chat(model.value, box.value, (text) => { answer.textContent = text; }, () => stop.remove());
      box.value = '';
    };</script>`,

  // Builds the whole log anew for each piece, rendered, with buttons inside the answer.
  rerender: `${form}<script>${streaming}
    document.forms[0].onsubmit = (event) => {
      event.preventDefault();
      const prompt = document.querySelector('textarea').value;
      const draw = (text, over) => {
        log.innerHTML = '<div class="you"></div><div class="assistant">' + render(text) +
          (over ? '<button class="copy">Copy</button>' : '<span class="cursor">▍</span>') + '</div>';
        log.firstChild.textContent = prompt;
        document.forms[0].innerHTML = '<textarea aria-label="Message"></textarea><button type="submit">Send</button>';
      };
      draw('', false);
      chat(model.value, prompt, (text) => draw(text, false), (text) => draw(text, true));
    };</script>`,

  // Keeps only the lines in the DOM that can be seen.
  virtual: `${form}<script>${streaming}
    document.forms[0].onsubmit = (event) => {
      event.preventDefault();
      log.innerHTML = '<div class="assistant" style="height:200px;overflow:auto"><div class="room"></div></div>';
      const box = log.firstChild, room = box.firstChild, high = 20;
      let lines = [];
      const draw = () => {
        const first = Math.floor(box.scrollTop / high);
        room.style.cssText = 'position:relative;height:' + lines.length * high + 'px';
        room.replaceChildren(...lines.slice(first, first + 12).map((line, i) => {
          const div = document.createElement('div');
          div.textContent = line;
          div.style.cssText = 'position:absolute;height:20px;top:' + (first + i) * high + 'px';
          return div;
        }));
      };
      box.onscroll = draw;
      chat(model.value, document.querySelector('textarea').value, (text) => { lines = text.split('\\n'); draw(); }, draw);
    };</script>`,

  // Asks for a proof of being human once an answer has begun.
  challenge: `${form}<script>${streaming}
    document.forms[0].onsubmit = (event) => {
      event.preventDefault();
      log.innerHTML = '<pre class="assistant"></pre>';
      let pieces = 0;
      chat(model.value, document.querySelector('textarea').value, (text) => {
        if (++pieces < 4) log.firstChild.textContent = text;
        else if (pieces === 4) document.body.insertAdjacentHTML('beforeend', '<div id="captcha">Are you human?</div>');
      }, () => {});
    };</script>`,

  // Is a challenge from the start.
  gate: `<h1>Who are you?</h1><div id="captcha">Are you human?</div>`,
  blocked: `<h1>Forbidden</h1>`,

  // Signs the visitor out when a prompt is sent.
  signout: `${form}<script>
    document.forms[0].onsubmit = (event) => { event.preventDefault(); location.href = '/login'; };</script>`,
  login: `<form><input name="name"><input type="password"></form>`,

  // Has a message of its own first, and says nothing for a while.
  greeting: `${form}<script>${streaming}
    log.innerHTML = '<pre class="assistant">Hello! Ask me anything.</pre>';
    document.forms[0].onsubmit = (event) => {
      event.preventDefault();
      const answer = document.createElement('pre');
      answer.className = 'assistant';
      log.append(answer);
      setTimeout(() => chat(model.value, document.querySelector('textarea').value,
        (text) => { answer.textContent = text; }, () => {}), 150);
    };</script>`,

  // Answers through a web socket that stays open, and draws them as a picture.
  socket: `${form}<canvas></canvas><script>
    document.forms[0].onsubmit = (event) => {
      event.preventDefault();
      new WebSocket('ws://' + location.host + '/socket?' + new URLSearchParams({ prompt: document.querySelector('textarea').value }));
    };</script>`,

  // Welcomes its visitors with a banner over everything, and keeps the Markdown of an answer beside what it shows.
  banner: `${form}<dialog>Welcome! <button class="ok">OK</button></dialog><script>${streaming}
    const banner = document.querySelector('dialog');
    if (location.search !== '?seen') banner.showModal();
    document.querySelector('.ok').onclick = () => banner.close();
    document.forms[0].onsubmit = (event) => {
      event.preventDefault();
      log.innerHTML = '<div class="assistant"><div class="shown"></div></div>';
      const answer = log.firstChild;
      chat(model.value, document.querySelector('textarea').value, (text) => {
        answer.firstChild.innerHTML = render(text);
        answer.dataset.markdown = text;
      }, () => {});
    };</script>`,

  // Shows its form before its scripts have come, and empties it then.
  late: `${form}<script>${streaming}
    addEventListener('load', () => setTimeout(() => {
      const box = document.querySelector('textarea');
      box.value = '';
      document.forms[0].onsubmit = (event) => {
        event.preventDefault();
        log.innerHTML = '<pre class="assistant"></pre>';
        chat(model.value, box.value, (text) => { log.firstChild.textContent = text; }, () => {});
      };
    }, 80));</script>`,

  // Sends visitors who ask to another site, which wants to know who they are.
  away: `${form}<script>document.forms[0].onsubmit = (event) => {
      event.preventDefault();
      location.href = 'http://localhost:' + location.port + '/elsewhere';
    };</script>`,
  elsewhere: `<form><input name="email" type="email"></form>`,

  // Takes no more than 20 characters.
  short: form.replace('<textarea', '<textarea maxlength="20" oninput="this.value = this.value.slice(0, 20)"'),

  // Another structure altogether: the chat is in a frame, written into a rich box, the model is picked from
  // a menu, answers come through an EventSource and the newest stands on top.
  other: `<h1>Arena</h1><iframe id="app" src="/inner" width="800" height="500"></iframe>`,
  inner: `<button id="menu" aria-haspopup="listbox">small</button>
    <ul role="listbox" hidden><li role="option">small</li><li role="option">large "v2"</li></ul>
    <div contenteditable="true" role="textbox" aria-label="Say something" style="min-height:2em"></div>
    <section id="answers"></section><script>${streaming}
    const list = document.querySelector('ul'), box = document.querySelector('[contenteditable]');
    menu.onclick = () => setTimeout(() => { list.hidden = false; }, 30);
    list.onclick = (event) => { menu.textContent = event.target.textContent; list.hidden = true; };
    box.onkeydown = (event) => {
      if (event.key !== 'Enter') return;
      event.preventDefault();
      const article = document.createElement('article');
      article.dataset.state = 'busy';
      answers.prepend(article);
      const source = new EventSource('/chat?' + new URLSearchParams({ model: menu.textContent, prompt: box.innerText }));
      box.textContent = '';
      let text = '';
      source.onmessage = ({ data }) => {
        if (data === '[DONE]') { source.close(); article.dataset.state = 'ready'; return; }
        text += JSON.parse(data).delta.text;
        article.innerHTML = '<small>The model says</small>' + render(text);
      };
    };</script>`,

  // The parts of a Gradio arena that its recipes use.
  gradio: `<button role="tab">Arena (side-by-side)</button><button role="tab">💬 Direct Chat</button>
    <input role="combobox" aria-label="Model" readonly value="small">
    <ul role="listbox" hidden><li role="option" aria-label="small">small</li><li role="option" aria-label="large">large</li></ul>
    <div role="log"></div>
    <textarea data-testid="textbox" placeholder="Enter your prompt and press ENTER"></textarea><button>Send</button>
    <script>${streaming}
    const box = document.querySelector('textarea'), list = document.querySelector('ul');
    const picked = document.querySelector('[role=combobox]');
    picked.onclick = () => { list.hidden = false; };
    list.onclick = (event) => { picked.value = event.target.textContent; list.hidden = true; };
    const send = () => {
      const prompt = box.value;
      box.value = '';
      const draw = (text, state) => {
        document.querySelector('[role=log]').innerHTML =
          '<div data-testid="status-tracker" class="wrap ' + state + '"><span>0.1s</span></div>' +
          '<div data-testid="user"><div class="message-content"><p></p></div></div>' +
          '<div data-testid="bot"><div class="message-content" aria-label="says:&#10;all of it">' + render(text).replace(
            '<span class="bar">js <button>Copy</button></span>', '<button class="copy_code_button">Copy</button>',
          ) + '</div></div>';
        document.querySelector('[data-testid=user] p').textContent = prompt;
      };
      draw('', 'generating');
      chat(picked.value, prompt, (text) => draw(text, 'generating'), (text) => draw(text, 'hide'));
    };
    box.onkeydown = (event) => { if (event.key === 'Enter' && !event.shiftKey) { event.preventDefault(); send(); } };
    document.querySelector('button:not([role])').onclick = send;</script>
    <style>.hide { visibility: hidden } .wrap { position: absolute } li { list-style: none }</style>`,
};
