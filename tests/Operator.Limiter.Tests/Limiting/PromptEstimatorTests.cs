using Operator.Limiter.Limiting;
using Operator.Limiter.Usage;
using Operator.Testing;

namespace Operator.Limiter.Tests.Limiting;

public class PromptEstimatorTests
{
    private readonly ManualTimeProvider _time = new();
    private readonly PromptEstimator _estimator;

    public PromptEstimatorTests() => _estimator = new PromptEstimator(_time);

    [Fact]
    public void What_is_held_at_first_stays_until_several_answers_and_some_time_have_told_more()
    {
        Assert.Equal((500, true), (Output(), _estimator.IsGuess));
        Assert.Equal(64, _estimator.Estimate(100, 64).Output);
        for (var i = 0; i < 15; i++) Learn(100, seconds: 0.1);
        Assert.Equal((500, true), (Output(), _estimator.IsGuess));
        Learn(100, seconds: 4);
        Assert.False(_estimator.IsGuess);
        Assert.Equal(100, Output(), 1e-9);
    }

    [Fact]
    public void What_ended_first_says_little_while_many_others_are_under_way()
    {
        for (var i = 0; i < 40; i++) _estimator.Begin();
        for (var i = 0; i < 20; i++) AnswerOf(100, seconds: 0.25);
        Assert.False(_estimator.IsGuess);
        Assert.InRange(Output(), 320, 370);
        for (var i = 0; i < 20; i++) AnswerOf(100, seconds: 0.25);
        Assert.Equal(100, Output());
    }

    [Fact]
    public void No_answer_is_guessed_longer_than_requests_allow()
    {
        double Short() => _estimator.Estimate(100, 100).Output;
        Assert.Equal(100, Short());
        for (var i = 0; i < 400; i++) _estimator.Begin();
        for (var i = 0; i < 100; i++) AnswerOf(3, seconds: 0.1);
        Assert.InRange(Short(), 35, 45);
    }

    [Fact]
    public void After_a_while_a_crowd_under_way_changes_nothing()
    {
        for (var i = 0; i < 2_000; i++) Learn(100, seconds: 0.05);
        for (var i = 0; i < 1_000; i++) _estimator.Begin();
        Assert.InRange(Output(), 100, 101);
    }

    [Fact]
    public void Short_answers_that_end_at_once_are_known_when_the_guess_ends()
    {
        for (var i = 0; i < 60; i++)
        {
            _estimator.Begin();
            AnswerOf(3, seconds: 0.1);
        }
        Assert.False(_estimator.IsGuess);
        Assert.Equal(3, Output(), 1e-9);
    }

    [Fact]
    public void A_version_that_follows_another_knows_as_much_however_many_are_under_way()
    {
        for (var i = 0; i < 100; i++) Learn(18, seconds: 0.1);
        var next = new PromptEstimator(_time, _estimator);
        for (var i = 0; i < 50; i++) next.Begin();
        Assert.Equal(Output(), next.Estimate(100, null).Output);
    }

    [Fact]
    public void Another_version_of_a_prompt_begins_with_what_is_known_of_the_first()
    {
        Assert.True(new PromptEstimator(_time, _estimator).IsGuess);
        for (var i = 0; i < 1_000; i++) Learn(18, seconds: 0.1);
        var next = new PromptEstimator(_time, _estimator);
        Assert.False(next.IsGuess);
        Assert.Equal(Output(), next.Estimate(100, null).Output);
        for (var i = 0; i < 40; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            next.Learn(100, new TokenUsage { Input = 50, Output = 200 }, 50, 0);
        }
        Assert.InRange(next.Estimate(100, null).Output, 150, 200);
        Assert.InRange(Output(), 17, 40);
    }

    [Fact]
    public void Few_answers_are_a_guess_however_long_ago_the_first_was()
    {
        for (var i = 0; i < 4; i++) Learn(100, seconds: 60);
        Assert.True(_estimator.IsGuess);
        Learn(100, seconds: 60);
        Assert.False(_estimator.IsGuess);
    }

    [Fact]
    public void Longer_answers_than_the_first_guess_are_believed_at_once()
    {
        for (var i = 0; i < 4; i++) Learn(4_000, seconds: 2);
        Assert.True(_estimator.IsGuess);
        Assert.InRange(Output(), 1_500, 4_000);
    }

    [Fact]
    public void A_second_of_short_answers_says_little_of_the_long_ones_that_are_under_way()
    {
        for (var i = 0; i < 1_200; i++) Learn(300, seconds: 0.025);
        Assert.InRange(Output(), 299, 320);
        for (var i = 0; i < 40; i++) Learn(20, seconds: 0.025);
        Assert.InRange(Output(), 265, 300);
    }

    [Fact]
    public void Where_answers_are_rare_each_counts()
    {
        for (var i = 0; i < 20; i++) Learn(300, seconds: 20);
        var before = Output();
        for (var i = 0; i < 20; i++) Learn(100, seconds: 20);
        Assert.InRange(before, 300, 330);
        Assert.InRange(Output(), 100, 185);
    }

    private double Output() => _estimator.Estimate(100, 16_000).Output;

    private void AnswerOf(long output, double seconds)
    {
        _estimator.End();
        Learn(output, seconds);
    }

    private void Learn(long output, double seconds)
    {
        _time.Advance(TimeSpan.FromSeconds(seconds));
        _estimator.Learn(100, new TokenUsage { Input = 30, Output = output }, 30, 0);
    }
}
