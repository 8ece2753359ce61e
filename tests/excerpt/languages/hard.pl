# sub not {
package Hard::Shape;
use strict;

sub new {
    my ($class, %args) = @_;
    my $self = { name => 'a }', %args };
    return bless $self, $class;
}

=pod

sub documented {

=cut

sub area { my $text = "{"; return $_[0]->{side} ** 2; }
1;
