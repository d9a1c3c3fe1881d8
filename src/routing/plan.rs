//! Several conditions, made ready to be asked in two steps: what the article decides is decided where the article is, in
//! parallel, and kept as one bit a part; what waits for the verdict is a few steps over those bits.

use super::condition::Condition;
use super::evaluate::Facts;
use super::tree::{Node, Test};

/// Most conditions of one plan.
pub const MOST_CONDITIONS: usize = 64;
/// Most parts that the article decides, over all conditions; equal ones count once.
pub const MOST_PARTS: usize = 128;

/// More parts or conditions than there are bits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "more than {MOST_CONDITIONS} rules, or more than {MOST_PARTS} different parts in them: join rules that send to one topic"
)]
pub struct TooManyParts;

/// What the article decided: a bit for each part.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Findings(u128);

/// Conditions in two steps.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    parts: Vec<Node>,
    steps: Vec<Step>,
}

/// What is left of a condition once its parts are decided.
#[derive(Debug, Clone)]
enum Step {
    Found(u32),
    Verdict(Test),
    All(Vec<Step>),
    Either(Vec<Step>),
    Not(Box<Step>),
}

impl Plan {
    /// A plan of these conditions.
    ///
    /// # Errors
    /// There are more than [`MOST_CONDITIONS`] of them or [`MOST_PARTS`] in them.
    pub fn new<'a>(conditions: impl IntoIterator<Item = &'a Condition>) -> Result<Self, TooManyParts> {
        let mut plan = Self::default();
        for condition in conditions {
            let step = plan.step(&condition.node)?;
            plan.steps.push(step);
        }
        if plan.steps.len() > MOST_CONDITIONS { Err(TooManyParts) } else { Ok(plan) }
    }

    fn step(&mut self, node: &Node) -> Result<Step, TooManyParts> {
        let mut waits = false;
        node.fields(&mut |field| waits |= field.is_of_verdict());
        if !waits {
            return self.part(node).map(Step::Found);
        }
        Ok(match node {
            Node::All(nodes) => Step::All(self.list(nodes, Node::all)?),
            Node::Either(nodes) => Step::Either(self.list(nodes, Node::either)?),
            Node::Not(node) => Step::Not(Box::new(self.step(node)?)),
            Node::Test(test) => Step::Verdict(test.clone()),
            // No field of an entity waits for the verdict.
            Node::Entity(_) => Step::Found(self.part(node)?),
        })
    }

    /// Those that the article decides are one part together.
    fn list(&mut self, nodes: &[Node], join: fn(Vec<Node>) -> Node) -> Result<Vec<Step>, TooManyParts> {
        let (mut now, mut steps) = (Vec::new(), Vec::new());
        for node in nodes {
            let mut waits = false;
            node.fields(&mut |field| waits |= field.is_of_verdict());
            if waits {
                steps.push(self.step(node)?);
            } else {
                now.push(node.clone());
            }
        }
        if !now.is_empty() {
            steps.push(Step::Found(self.part(&join(now))?));
        }
        Ok(steps)
    }

    fn part(&mut self, node: &Node) -> Result<u32, TooManyParts> {
        let index = self.parts.iter().position(|part| part == node).unwrap_or(self.parts.len());
        if index >= MOST_PARTS {
            return Err(TooManyParts);
        }
        if index == self.parts.len() {
            self.parts.push(node.clone());
        }
        u32::try_from(index).map_err(|_| TooManyParts)
    }

    /// Decides what the article decides.
    pub fn find(&self, article: &dyn Facts) -> Findings {
        let bit = |(index, part): (usize, &Node)| u128::from(part.holds(article)) << index;
        Findings(self.parts.iter().enumerate().map(bit).fold(0, |bits, bit| bits | bit))
    }

    /// Which conditions hold, by their order, with what the article decided and the verdict's facts.
    pub fn holding(&self, found: Findings, verdict: &dyn Facts) -> impl Iterator<Item = usize> {
        let holding = self.steps.iter().enumerate();
        holding.filter(move |(_, step)| step.holds(found, verdict)).map(|(index, _)| index)
    }
}

impl Step {
    fn holds(&self, found: Findings, verdict: &dyn Facts) -> bool {
        match self {
            Self::Found(index) => found.0 >> index & 1 == 1,
            Self::Verdict(test) => test.holds(verdict),
            Self::All(steps) => steps.iter().all(|step| step.holds(found, verdict)),
            Self::Either(steps) => steps.iter().any(|step| step.holds(found, verdict)),
            Self::Not(step) => !step.holds(found, verdict),
        }
    }
}
