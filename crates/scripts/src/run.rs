//! One run: a fresh runtime, the script, its promises and its requests.

use crate::{Call, Limits, ScriptError, fetch::Fetches};
use portico_connectors::http::HttpClient;
use rquickjs::{
    Context, Ctx, Error, Exception, Function, Object, Promise, Runtime, Value as JsValue,
    context::EvalOptions, promise::PromiseState,
};
use serde::Deserialize;
use serde_json::Value;
use std::{
    cell::{Cell, RefCell},
    rc::Rc,
    time::{Duration, Instant},
};
use tokio::runtime::Handle;

const PRELUDE: &str = include_str!("prelude.js");

/// How long the script has left.
#[derive(Clone)]
struct Meter {
    computing_ends: Rc<Cell<Instant>>,
    ends: Instant,
    is_over: Rc<Cell<bool>>,
}

impl Meter {
    fn start(limits: &Limits) -> Self {
        let now = Instant::now();
        Self {
            computing_ends: Rc::new(Cell::new(now + limits.computing)),
            ends: now + limits.total,
            is_over: Rc::default(),
        }
    }

    fn is_over(&self) -> bool {
        let now = Instant::now();
        if now >= self.computing_ends.get() || now >= self.ends {
            self.is_over.set(true);
        }
        self.is_over.get()
    }

    /// Time spent waiting is not time spent computing.
    fn waiting<T>(&self, wait: impl FnOnce(Duration) -> T) -> T {
        let before = Instant::now();
        let result = wait(self.ends.saturating_duration_since(before));
        self.computing_ends.set(self.computing_ends.get() + before.elapsed());
        result
    }
}

/// What the prelude offers.
struct Prelude<'js> {
    start: Function<'js>,
    deliver: Function<'js>,
    describe: Function<'js>,
}

/// Why the engine stopped.
enum Fault {
    /// A JavaScript exception, pending in the context, or something like it.
    Engine(Error),
    /// Something of ours.
    Ours(ScriptError),
}

impl From<Error> for Fault {
    fn from(error: Error) -> Self {
        Self::Engine(error)
    }
}

impl From<ScriptError> for Fault {
    fn from(error: ScriptError) -> Self {
        Self::Ours(error)
    }
}

/// What the prelude says of an exception.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Description {
    is_denial: bool,
    message: String,
}

/// Runs a script on this thread.
pub fn run(
    call: &Call,
    limits: &Limits,
    http: HttpClient,
    runtime: Handle,
) -> Result<Option<Value>, ScriptError> {
    let broken = |_| ScriptError::failed("the script engine cannot start");
    let meter = Meter::start(limits);
    let engine = Runtime::new().map_err(broken)?;
    engine.set_memory_limit(limits.memory_bytes);
    engine.set_max_stack_size(limits.stack_bytes);
    let interrupt = meter.clone();
    engine.set_interrupt_handler(Some(Box::new(move || interrupt.is_over())));
    let context = Context::full(&engine).map_err(broken)?;
    let fetches = Rc::new(RefCell::new(Fetches::new(http, runtime, limits.fetches, limits.total)));
    context.with(|ctx| {
        let prelude = load_prelude(&ctx, &fetches).map_err(broken)?;
        execute(&ctx, &prelude, call, limits, &meter, &fetches)
            .map_err(|fault| explain(&ctx, &prelude, &meter, fault))
    })
}

fn load_prelude<'js>(ctx: &Ctx<'js>, fetches: &Rc<RefCell<Fetches>>) -> Result<Prelude<'js>, Error> {
    let fetches = fetches.clone();
    let send = Function::new(ctx.clone(), move |ctx: Ctx<'js>, request: String| {
        fetches.borrow_mut().send(&request).map_err(|reason| Exception::throw_type(&ctx, reason))
    })?;
    let prelude: Function = ctx.eval(PRELUDE)?;
    let offers: Object = prelude.call((send,))?;
    Ok(Prelude {
        start: offers.get("start")?,
        deliver: offers.get("deliver")?,
        describe: offers.get("describe")?,
    })
}

fn execute<'js>(
    ctx: &Ctx<'js>,
    prelude: &Prelude<'js>,
    call: &Call,
    limits: &Limits,
    meter: &Meter,
    fetches: &RefCell<Fetches>,
) -> Result<Option<Value>, Fault> {
    let mut options = EvalOptions::default();
    // Scripts that other services run are not strict either.
    options.strict = false;
    options.filename = Some("script".to_owned());
    ctx.eval_with_options::<JsValue, _>(call.script.as_str(), options)?;
    let is_defined = ctx.eval::<JsValue, _>(format!("typeof {}", call.entry))?;
    if is_defined.as_string().and_then(|kind| kind.to_string().ok()).as_deref() != Some("function") {
        return Err(ScriptError::failed(format!("the script defines no function `{}`", call.entry)).into());
    }
    let entry: Function = ctx.eval(call.entry)?;
    let input = serde_json::to_string(&call.input)
        .map_err(|_| ScriptError::failed("the input of the script cannot be written"))?;
    let promise: Promise = prelude.start.call((entry, input))?;
    settle(ctx, prelude, &promise, meter, fetches)?;
    let Some(result) = promise.result::<JsValue>() else {
        return Err(ScriptError::failed("the script waits for something that never happens").into());
    };
    let result = result?;
    if result.is_undefined() {
        return Ok(None);
    }
    let Some(text) = ctx.json_stringify(result)? else {
        return Err(ScriptError::failed("the result is not JSON").into());
    };
    let text = text.to_string()?;
    if text.len() > limits.output_bytes {
        let most = limits.output_bytes;
        return Err(ScriptError::failed(format!("the result is longer than {most} bytes")).into());
    }
    let value = serde_json::from_str(&text).map_err(|_| ScriptError::failed("the result is not JSON"))?;
    Ok(Some(value))
}

/// Runs jobs and takes answers until the promise is settled or nothing more can happen.
fn settle<'js>(
    ctx: &Ctx<'js>,
    prelude: &Prelude<'js>,
    promise: &Promise<'js>,
    meter: &Meter,
    fetches: &RefCell<Fetches>,
) -> Result<(), Fault> {
    loop {
        while promise.state() == PromiseState::Pending && !meter.is_over() && ctx.execute_pending_job() {}
        if promise.state() != PromiseState::Pending || meter.is_over() || !fetches.borrow().is_waiting() {
            return Ok(());
        }
        let answer = meter.waiting(|left| fetches.borrow_mut().receive(left));
        if let Some((id, text)) = answer {
            prelude.deliver.call::<_, ()>((id, text))?;
        }
    }
}

fn explain<'js>(ctx: &Ctx<'js>, prelude: &Prelude<'js>, meter: &Meter, fault: Fault) -> ScriptError {
    let too_long = || ScriptError::failed("the script takes too long");
    let error = match fault {
        _ if meter.is_over() => return too_long(),
        Fault::Ours(error) => return error,
        Fault::Engine(error) => error,
    };
    if !error.is_exception() {
        return ScriptError::failed(error.to_string());
    }
    // What was thrown may itself run code when it is looked at.
    let described = prelude.describe.call::<_, String>((ctx.catch(),));
    match described.ok().and_then(|text| serde_json::from_str::<Description>(&text).ok()) {
        Some(Description { is_denial: true, message }) => ScriptError::AccessDenied { message },
        Some(Description { is_denial: false, message }) => ScriptError::Failed { message },
        None if meter.is_over() => too_long(),
        None => ScriptError::failed("the script failed"),
    }
}
